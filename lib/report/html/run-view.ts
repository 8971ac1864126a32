import type { SiteName } from '../../journal/entry.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Verdict } from '../../judge/verdict.ts';
import type { ReportRun } from '../report-input.ts';
import { runState, type RunState } from '../run-state.ts';
import { lanesOf, type Lane } from './lane.ts';

/** One experiment as the page's sections need it: times are milliseconds from the first fault. */
export interface RunView {
  /** Prefix of the HTML ids of this experiment. */
  readonly id: string;
  readonly verdict: Verdict;
  readonly journal: Journal;
  readonly state: RunState;
  /** False when nothing was proven: numbers are shown without marks. */
  readonly judged: boolean;
  readonly zeroNs: number;
  /** What the time axes show: begin of the baseline to the last due lookup. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Sites in the order of the page; `control` last, and not part of the switch. */
  readonly sites: readonly SiteName[];
  readonly lanes: readonly Lane[];
  /** One per injection, at the first site that it hit. */
  readonly faults: readonly { readonly fault: number; readonly kind: string; readonly atMs: number }[];
  /** True when good lookups far from any fault were merged to keep the page small. */
  readonly merged: boolean;
}

export function runView(run: ReportRun, index: number, merged: boolean): RunView {
  const { verdict, journal } = run;
  const baselineNs = journal.phases.find((phase) => phase.phase === 'baseline')?.atNs ?? journal.head.atNs;
  const zeroNs = verdict.faults.length > 0 ? Math.min(...verdict.faults.map((fault) => fault.injectedNs)) : baselineNs;
  const state = runState(run);
  const faults = faultsOf(verdict, zeroNs);
  const fromMs = (baselineNs - zeroNs) / 1e6;
  const lanes = lanesOf(run, {
    id: `r${index}`,
    zeroNs,
    fromMs,
    keepNear: merged ? faults.map((fault) => fault.atMs) : null,
  });
  const lastMs = lanes.reduce((last, lane) => Math.max(last, lane.endMs), fromMs + 1000);
  return {
    id: `r${index}`,
    verdict,
    journal,
    state,
    judged: state === 'pass' || state === 'fail',
    zeroNs,
    fromMs: Math.floor(fromMs),
    toMs: Math.ceil(lastMs),
    sites: (['both', 'link-local', 'control'] as const).filter((site) =>
      verdict.probes.some((probe) => probe.site === site),
    ),
    lanes,
    faults,
    merged,
  };
}

/** The position of a time on the page's axes. */
export function atMs(view: Pick<RunView, 'zeroNs'>, timeNs: number): number {
  return Math.round((timeNs - view.zeroNs) / 1e6);
}

function faultsOf(verdict: Verdict, zeroNs: number): RunView['faults'] {
  const numbers = [...new Set(verdict.faults.map((fault) => fault.fault))].sort((a, b) => a - b);
  return numbers.map((number) => {
    const hits = verdict.faults.filter((fault) => fault.fault === number);
    const firstNs = Math.min(...hits.map((fault) => fault.injectedNs));
    return { fault: number, kind: hits[0]?.kind ?? 'fault', atMs: Math.round((firstNs - zeroNs) / 1e6) };
  });
}
