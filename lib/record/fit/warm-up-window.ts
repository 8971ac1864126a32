import type { Entry, NodeEvent, Observation } from '../../journal/entry.ts';
import { observationsOf } from '../../journal/lookup-batch.ts';
import { nowNs } from '../../time/now-ns.ts';

/** What a part of the warm-up showed of the machine. */
export interface WarmUpReading {
  /** Lookups that were due in it, and have ended. */
  readonly lookups: number;
  /** p99 of their lateness, as a share of their interval; over all probes. */
  readonly lateShare: number;
  readonly lateP99Ns: number;
  readonly unsent: number;
  /** Slower than a second, failed ones included. */
  readonly slow: number;
  /** How far the journal was behind the probes, at most, in ns. */
  readonly lagNs: number;
  /** For what part of the time a task had to wait for a core (PSI, `some`), of the worst node; null where no kernel says it. */
  readonly cpuPressure: number | null;
  /** Of all cores of the busiest node; null when it was not told. */
  readonly cpuBusy: number | null;
  readonly cpuSteal: number | null;
}

/** Reads the journal's entries as they come, from `fromNs` on. */
export class WarmUpWindow {
  readonly #fromNs: number;
  readonly #lateness: { readonly ns: number; readonly share: number }[] = [];
  readonly #pressure = new Map<string, NodeEvent[]>();
  #unsent = 0;
  #slow = 0;
  #lagNs = 0;

  constructor(fromNs: number) {
    this.#fromNs = fromNs;
  }

  take(entry: Entry): void {
    if (entry.type === 'node' && entry.event === 'pressure')
      this.#pressure.set(entry.node, [...(this.#pressure.get(entry.node) ?? []), entry]);
    if (entry.type !== 'lookups') return;
    const lookups = observationsOf(entry);
    for (const lookup of lookups) if (lookup.dueNs >= this.#fromNs) this.#count(lookup, entry.intervalNs);
    this.#lagNs = Math.max(this.#lagNs, nowNs() - Math.max(...lookups.map(({ endNs }) => endNs)));
  }

  read(): WarmUpReading {
    const sorted = this.#lateness.toSorted((a, b) => a.share - b.share);
    const p99 = sorted[Math.floor(sorted.length * 0.99)];
    const nodes = [...this.#pressure.values()].map((events) => spentBetween(events.at(0), events.at(-1)));
    return {
      lookups: sorted.length,
      lateShare: p99?.share ?? 0,
      lateP99Ns: p99?.ns ?? 0,
      unsent: this.#unsent,
      slow: this.#slow,
      lagNs: this.#lagNs,
      cpuPressure: most(nodes.map(({ pressure }) => pressure)),
      cpuBusy: most(nodes.map(({ busy }) => busy)),
      cpuSteal: most(nodes.map(({ steal }) => steal)),
    };
  }

  #count({ outcome, dueNs, startNs, endNs }: Observation, intervalNs: number): void {
    if (outcome === 'unsent') {
      this.#unsent += 1;
      return;
    }
    this.#lateness.push({ ns: startNs - dueNs, share: (startNs - dueNs) / intervalNs });
    if (endNs - dueNs > 1e9 || outcome !== 'answered') this.#slow += 1;
  }
}

interface Spent {
  readonly pressure: number | null;
  readonly busy: number | null;
  readonly steal: number | null;
}

/** Counters count since boot, so that two events give what was between them. */
function spentBetween(first: NodeEvent | undefined, last: NodeEvent | undefined): Spent {
  const passed = (name: string): number | null => {
    const [from, to] = [first?.detail[name], last?.detail[name]];
    return typeof from === 'number' && typeof to === 'number' ? to - from : null;
  };
  const [busyMs, idleMs, stealMs, waitedUs] = ['cpu.busyMs', 'cpu.idleMs', 'cpu.stealMs', 'psiSomeUs.cpu'].map(passed);
  const spanNs = (last?.atNs ?? 0) - (first?.atNs ?? 0);
  const allMs = (busyMs ?? 0) + (idleMs ?? 0) + (stealMs ?? 0);
  const ofAll = (ms: number | null | undefined) => (ms === null || ms === undefined || allMs === 0 ? null : ms / allMs);
  const pressure = waitedUs === null || waitedUs === undefined || spanNs <= 0 ? null : (waitedUs * 1e3) / spanNs;
  return { pressure, busy: ofAll(busyMs), steal: ofAll(stealMs) };
}

function most(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 ? null : Math.max(...known);
}
