import type {
  Doing,
  Entry,
  FaultMark,
  Fit,
  Head,
  NodeEvent,
  Observation,
  PhaseMark,
  SiteName,
} from '../../journal/entry.ts';
import { observationsOf } from '../../journal/lookup-batch.ts';
import { formatLatency } from '../../judge/format.ts';
import { ProbeProgress, type ProbeNow } from './probe-progress.ts';

/** The probes of one dnsConfig at one site, summed up by the one that fares worst. */
export interface LiveRow {
  readonly site: SiteName;
  readonly dnsConfig: string;
  readonly now: ProbeNow;
  /** How many of its resolvers are in the same state as the worst. */
  readonly alike: number;
  readonly resolvers: number;
  readonly marks: string;
  readonly failed: number;
  readonly worstNs: number;
}

/** The state of a drill that is under way, built from journal entries as they are appended. */
export class LiveState {
  head: Head | null = null;
  doing: Doing | null = null;
  readonly phases: PhaseMark[] = [];
  readonly faults: FaultMark[] = [];
  readonly #probes = new Map<string, ProbeProgress>();
  readonly #plannedNs = new Map<string, number>();
  readonly #nodes = new Map<SiteName, NodeNow>();

  feed(entry: Entry): void {
    if (entry.type === 'head') this.head = entry;
    else if (entry.type === 'probe') {
      this.#probes.set(entry.probe, new ProbeProgress(entry));
      this.#plannedNs.set(entry.probe, entry.intervalNs);
    } else if (entry.type === 'observation') this.#feedLookups(entry.probe, [entry]);
    else if (entry.type === 'lookups') this.#feedLookups(entry.probe, observationsOf(entry));
    else if (entry.type === 'doing') this.doing = entry;
    else if (entry.type === 'fit') this.#fit(entry);
    else if (entry.type === 'phase') this.phases.push(entry);
    else if (entry.type === 'fault') this.faults.push(entry);
    else if (entry.type === 'node') this.#nodes.set(entry.site, nextNode(this.#nodes.get(entry.site), entry));
  }

  #feedLookups(probe: string, lookups: readonly Observation[]): void {
    const progress = this.#probes.get(probe);
    for (const lookup of lookups) progress?.feed(lookup);
  }

  #fit({ leftOut, slower }: Fit): void {
    for (const probe of leftOut) this.#probes.delete(probe);
    for (const [name, progress] of this.#probes) {
      const planned = (this.#plannedNs.get(name) ?? progress.probe.intervalNs) * slower;
      if (progress.probe.rate === 'busy' && planned !== progress.probe.intervalNs)
        this.#probes.set(name, progress.slowedDown(planned));
    }
  }

  /** Busy probes only: a quiet one has nothing to show for most seconds. Control last. */
  rows(atNs: number, seconds: number): readonly LiveRow[] {
    // From `draining` on nothing more is due, so nothing more can be waited for than was then.
    const drainingNs = this.phases.find(({ phase }) => phase === 'draining')?.atNs;
    const nowNs = Math.min(atNs, drainingNs ?? atNs);
    const groups = Map.groupBy(
      [...this.#probes.values()].filter(({ probe }) => probe.rate === 'busy' && probe.resolver !== 'wire'),
      ({ probe }) => `${probe.site === 'control' ? 1 : 0} ${probe.dnsConfig.name} ${probe.site}`,
    );
    const rows = [...groups].map(([key, probes]) => ({ key, row: rowOf(probes, nowNs, seconds) }));
    const isControl = (key: string): boolean => key.startsWith('1');
    return [...rows.filter(({ key }) => !isControl(key)), ...rows.filter(({ key }) => isControl(key))].map(
      ({ row }) => row,
    );
  }

  nodes(): ReadonlyMap<SiteName, NodeNow> {
    return this.#nodes;
  }
}

/** What the node agent last said of a node. */
export interface NodeNow {
  readonly node: string;
  readonly goneSinceNs: number | null;
  readonly link: string;
  readonly rules: number | null;
  readonly restarts: number;
}

/** `waiting 10.2 s`, `slow, 2.01 s`, `good, 0.5 ms`: what a row shows as its state. */
export function nowText({ kind, ns }: ProbeNow): string {
  if (kind === 'nothing') return 'nothing yet';
  if (kind === 'unsent') return 'not sent';
  if (kind === 'waiting') return `waiting ${(ns / 1e9).toFixed(1)} s`;
  return kind === 'failed' ? 'failed' : `${kind}, ${formatLatency(ns)}`;
}

function rowOf(probes: readonly ProbeProgress[], nowNs: number, seconds: number): LiveRow {
  const states = probes.map((progress) => ({ progress, now: progress.now(nowNs) }));
  states.sort((a, b) => badness(b.now) - badness(a.now));
  const worst = states[0];
  if (worst === undefined) throw new Error('a row of the live view has no probe');
  return {
    site: worst.progress.probe.site,
    dnsConfig: worst.progress.probe.dnsConfig.name,
    now: worst.now,
    alike: states.filter(({ now }) => now.kind === worst.now.kind).length,
    resolvers: states.length,
    marks: worst.progress.marks(nowNs, seconds),
    failed: probes.reduce((sum, progress) => sum + progress.failed, 0),
    worstNs: Math.max(...probes.map((progress) => progress.worstNs)),
  };
}

function badness({ kind, ns }: ProbeNow): number {
  return kinds.indexOf(kind) * 1e15 + ns;
}

const kinds: readonly ProbeNow['kind'][] = ['nothing', 'good', 'unsent', 'slow', 'failed', 'waiting'];

function nextNode(before: NodeNow | undefined, event: NodeEvent): NodeNow {
  const now = before ?? { node: event.node, goneSinceNs: null, link: '', rules: null, restarts: 0 };
  const { rules, present } = event.detail;
  if (event.event === 'process-gone') return { ...now, goneSinceNs: event.atNs };
  if (event.event === 'process-started') {
    return { ...now, goneSinceNs: null, restarts: now.goneSinceNs === null ? now.restarts : now.restarts + 1 };
  }
  if (event.event === 'link') return { ...now, link: present === false ? 'link absent' : 'link present' };
  if (event.event === 'rules') return { ...now, rules: typeof rules === 'number' ? rules : now.rules };
  return now;
}
