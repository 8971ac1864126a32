import type { Entry, NodeEvent, Observation } from '../../journal/entry.ts';
import { observationsOf } from '../../journal/lookup-batch.ts';
import { machinePressure, type MachinePressure } from '../../journal/machine-pressure.ts';
import { nowNs } from '../../time/now-ns.ts';

/** What a part of the warm-up showed of the machine. */
export interface WarmUpReading {
  /** Lookups that were due in it, and have ended. */
  readonly lookups: number;
  /** p99 of their lateness, as a share of their interval; over all probes. */
  readonly lateShare: number;
  readonly lateP99Ns: number;
  /** p95 of the probe that is latest, as a share of its interval, and its name. */
  readonly latest: { readonly probe: string; readonly share: number; readonly ns: number } | null;
  readonly unsent: number;
  /** Slower than a second, failed ones included. */
  readonly slow: number;
  /** How far the journal was behind the probes, at most, in ns. */
  readonly lagNs: number;
  readonly pressure: MachinePressure;
}

/** Reads the journal's entries as they come, from `fromNs` on. */
export class WarmUpWindow {
  readonly #fromNs: number;
  readonly #lateness = new Map<string, Lateness[]>();
  readonly #pressure: NodeEvent[] = [];
  #unsent = 0;
  #slow = 0;
  #lagNs = 0;

  constructor(fromNs: number) {
    this.#fromNs = fromNs;
  }

  take(entry: Entry): void {
    if (entry.type === 'node') this.#pressure.push(entry);
    if (entry.type !== 'lookups') return;
    const lookups = observationsOf(entry);
    for (const lookup of lookups) if (lookup.dueNs >= this.#fromNs) this.#count(lookup, entry.intervalNs);
    this.#lagNs = Math.max(this.#lagNs, nowNs() - Math.max(...lookups.map(({ endNs }) => endNs)));
  }

  read(): WarmUpReading {
    const all = [...this.#lateness.values()].flat();
    const p99 = at(0.99, all);
    const probes = [...this.#lateness].flatMap(([probe, lateness]) => ({ probe, ...(at(0.95, lateness) ?? onTime) }));
    return {
      lookups: all.length,
      lateShare: p99?.share ?? 0,
      lateP99Ns: p99?.ns ?? 0,
      latest: probes.toSorted((a, b) => b.share - a.share)[0] ?? null,
      unsent: this.#unsent,
      slow: this.#slow,
      lagNs: this.#lagNs,
      pressure: machinePressure(this.#pressure),
    };
  }

  #count({ probe, outcome, dueNs, startNs, endNs }: Observation, intervalNs: number): void {
    if (outcome === 'unsent') {
      this.#unsent += 1;
      return;
    }
    const ofProbe = this.#lateness.get(probe) ?? [];
    ofProbe.push({ ns: startNs - dueNs, share: (startNs - dueNs) / intervalNs });
    this.#lateness.set(probe, ofProbe);
    if (endNs - dueNs > 1e9 || outcome !== 'answered') this.#slow += 1;
  }
}

interface Lateness {
  readonly ns: number;
  readonly share: number;
}

const onTime: Lateness = { ns: 0, share: 0 };

function at(quantile: number, lateness: readonly Lateness[]): Lateness | undefined {
  return lateness.toSorted((a, b) => a.share - b.share)[Math.floor(lateness.length * quantile)];
}
