import type { Observation } from '../../journal/entry.ts';
import type { ProbeVerdict } from '../../judge/verdict.ts';
import type { ReportRun } from '../report-input.ts';

/** Every lookup of one probe, placed on the page's time axis. */
export interface Lane {
  readonly id: string;
  readonly probe: ProbeVerdict;
  /** Due time of lookup 0 of `lookups`' numbering, in ms from the first fault; due(n) = firstMs + n × stepMs. */
  readonly firstMs: number;
  readonly stepMs: number;
  readonly endMs: number;
  readonly lookups: readonly LaneLookup[];
  /** Stretches of good lookups that are drawn as one line, from the first to the last due time. */
  readonly mergedMs: readonly { readonly from: number; readonly to: number; readonly lookups: number }[];
}

export interface LaneLookup {
  readonly n: number;
  readonly dueMs: number;
  readonly latencyMs: number;
  /** `bad`: failed or abandoned; `slow`: answered after more than 1 s. */
  readonly kind: 'good' | 'slow' | 'bad' | 'unsent';
  readonly abandoned: boolean;
  readonly error: string | null;
}

interface LaneOptions {
  readonly id: string;
  readonly zeroNs: number;
  readonly fromMs: number;
  /** Times to keep every lookup near, in ms; null keeps all. */
  readonly keepNear: readonly number[] | null;
}

/** An answer later than this is slow: what an impatient client feels (design.md, 4.3). */
const slowMs = 1000;

/** A lane with no more than this is small whatever is done, and each of its lookups is far from the next. */
const fewLookups = 500;

/** On a page that would be too large, good lookups are kept this near to a fault or a bad lookup. */
const nearMs = 2000;

export function lanesOf({ verdict, journal }: ReportRun, options: LaneOptions): readonly Lane[] {
  return verdict.probes.map((probe, index) => {
    const observations = journal.observations.get(probe.probe) ?? [];
    return laneOf(probe, observations, { ...options, id: `${options.id}-l${index}` });
  });
}

function laneOf(probe: ProbeVerdict, observations: readonly Observation[], options: LaneOptions): Lane {
  const stepMs = probe.intervalNs / 1e6;
  const lookups: LaneLookup[] = [];
  let firstMs: number | null = null;
  let firstSeq = 0;
  for (const observation of observations) {
    const dueMs = (observation.dueNs - options.zeroNs) / 1e6;
    if (dueMs < options.fromMs) continue;
    if (firstMs === null) {
      firstMs = dueMs;
      firstSeq = observation.seq;
    }
    lookups.push(laneLookup(observation, observation.seq - firstSeq, dueMs));
  }
  const endMs = lookups.at(-1)?.dueMs ?? options.fromMs;
  const base = { id: options.id, probe, firstMs: firstMs ?? options.fromMs, stepMs, endMs };
  if (options.keepNear === null || lookups.length <= fewLookups) return { ...base, lookups, mergedMs: [] };
  return { ...base, ...mergeFarFrom(lookups, options.keepNear) };
}

function laneLookup(observation: Observation, n: number, dueMs: number): LaneLookup {
  const latencyMs = Math.max(0, observation.endNs - observation.dueNs) / 1e6;
  return {
    n,
    dueMs,
    latencyMs,
    kind: kindOf(observation, latencyMs),
    abandoned: observation.outcome === 'abandoned',
    error: observation.error,
  };
}

function kindOf({ outcome }: Observation, latencyMs: number): LaneLookup['kind'] {
  if (outcome === 'unsent') return 'unsent';
  if (outcome !== 'answered') return 'bad';
  return latencyMs > slowMs ? 'slow' : 'good';
}

function mergeFarFrom(lookups: readonly LaneLookup[], faultsMs: readonly number[]): Pick<Lane, 'lookups' | 'mergedMs'> {
  const marksMs = [...faultsMs, ...lookups.filter((lookup) => lookup.kind !== 'good').map((lookup) => lookup.dueMs)];
  marksMs.sort((a, b) => a - b);
  const kept: LaneLookup[] = [];
  const merged: { from: number; to: number; lookups: number }[] = [];
  let mark = 0;
  let lastMerged = -1;
  let open: { from: number; to: number; lookups: number } | null = null;
  for (const lookup of lookups) {
    while (mark < marksMs.length && (marksMs[mark] ?? 0) < lookup.dueMs - nearMs) mark++;
    const near = mark < marksMs.length && Math.abs((marksMs[mark] ?? 0) - lookup.dueMs) <= nearMs;
    if (near || lookup.kind !== 'good') {
      kept.push(lookup);
      open = null;
      continue;
    }
    // A lost line stays a visible hole: no stretch is drawn across it.
    if (open === null || lookup.n !== lastMerged + 1)
      merged.push((open = { from: lookup.dueMs, to: lookup.dueMs, lookups: 0 }));
    open.to = lookup.dueMs;
    open.lookups++;
    lastMerged = lookup.n;
  }
  return { lookups: kept, mergedMs: merged };
}
