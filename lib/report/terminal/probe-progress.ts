import type { Observation, Probe } from '../../journal/entry.ts';

/** What is known of one probe at this moment, while lookups may still be under way. Times in ns. */
export interface ProbeNow {
  readonly kind: 'waiting' | 'failed' | 'slow' | 'unsent' | 'good' | 'nothing';
  /** How long the oldest lookup has waited, or the latency of the last one that ended. */
  readonly ns: number;
}

const secondNs = 1e9;

/**
 * A lookup that has not ended is shown as waiting after this; before, its line may just be on its way: a probe gathers for a second, and the node agent reads
 * twice a second.
 */
const waitingAfterNs = 2.5 * secondNs;

/**
 * A line that is missing for longer than any resolver waits (40 s: Go, two attempts of 5 s over a name and three searches)
 * was lost on its way; the judge counts it as a gap, the live view goes on.
 */
const lostAfterNs = 60 * secondNs;

/** Follows one probe line by line; a missing line of a due lookup is how waiting shows, as lines come when lookups end. */
export class ProbeProgress {
  readonly probe: Probe;
  failed = 0;
  worstNs = 0;
  #firstDueNs: number | null = null;
  /** Sequence numbers that have ended, above `#endedBelow`; all below it have. */
  readonly #ended = new Set<number>();
  #endedBelow = 0;
  #last: Observation | null = null;
  /** Worst outcome by whole second of the due time: `x`, `s`, `-` or `.`. */
  readonly #marks = new Map<number, string>();

  constructor(probe: Probe) {
    this.probe = probe;
  }

  /** The same probe from now on, with lookups that are due by another interval. */
  slowedDown(intervalNs: number): ProbeProgress {
    return new ProbeProgress({ ...this.probe, intervalNs });
  }

  feed(observation: Observation): void {
    const latencyNs = observation.endNs - observation.dueNs;
    if (this.#firstDueNs === null) {
      this.#firstDueNs = observation.dueNs - observation.seq * this.probe.intervalNs;
      this.#endedBelow = observation.seq;
    }
    this.#ended.add(observation.seq);
    while (this.#ended.delete(this.#endedBelow)) this.#endedBelow++;
    if (this.#last === null || observation.endNs >= this.#last.endNs) this.#last = observation;
    if (observation.outcome === 'failed' || observation.outcome === 'abandoned') this.failed++;
    if (observation.outcome !== 'unsent') this.worstNs = Math.max(this.worstNs, latencyNs);
    const second = Math.floor(observation.dueNs / secondNs);
    this.#marks.set(second, worse(this.#marks.get(second), markOf(observation, latencyNs)));
  }

  now(nowNs: number): ProbeNow {
    this.#skipLost(nowNs);
    const waitedNs = this.#oldestWaitNs(nowNs);
    if (waitedNs > waitingAfterNs) return { kind: 'waiting', ns: waitedNs };
    if (this.#last === null) return { kind: 'nothing', ns: 0 };
    const latencyNs = this.#last.endNs - this.#last.dueNs;
    const kind = nowKinds[markOf(this.#last, latencyNs)];
    return { kind, ns: latencyNs };
  }

  /** One mark for each of the last `seconds` whole seconds: worst outcome, `w` still waiting over 1 s, blank when none was due. */
  marks(nowNs: number, seconds: number): string {
    const nowSecond = Math.floor(nowNs / secondNs);
    const waiting = this.#waitingSeconds(nowNs);
    let line = '';
    for (let second = nowSecond - seconds; second < nowSecond; second++) {
      const known = this.#marks.get(second);
      if (known === 'x') line += 'x';
      else if (waiting !== null && second >= waiting.from && second <= waiting.to)
        line += this.#isWaitingIn(second) ? 'w' : (known ?? ' ');
      else line += known ?? ' ';
    }
    return line;
  }

  #skipLost(nowNs: number): void {
    while (this.#oldestWaitNs(nowNs) > lostAfterNs) {
      this.#endedBelow++;
      while (this.#ended.delete(this.#endedBelow)) this.#endedBelow++;
    }
  }

  #oldestWaitNs(nowNs: number): number {
    if (this.#firstDueNs === null) return 0;
    return nowNs - (this.#firstDueNs + this.#endedBelow * this.probe.intervalNs);
  }

  #waitingSeconds(nowNs: number): { readonly from: number; readonly to: number } | null {
    if (this.#firstDueNs === null || this.#oldestWaitNs(nowNs) <= waitingAfterNs) return null;
    const oldestDueNs = nowNs - this.#oldestWaitNs(nowNs);
    return { from: Math.floor(oldestDueNs / secondNs), to: Math.floor((nowNs - waitingAfterNs) / secondNs) };
  }

  /** Whether any lookup that was due in this second has not ended. */
  #isWaitingIn(second: number): boolean {
    const firstDueNs = this.#firstDueNs ?? 0;
    const { intervalNs } = this.probe;
    const from = Math.max(this.#endedBelow, Math.ceil((second * secondNs - firstDueNs) / intervalNs));
    for (let seq = from; firstDueNs + seq * intervalNs < (second + 1) * secondNs; seq++) {
      if (!this.#ended.has(seq)) return true;
    }
    return false;
  }
}

type Mark = 'x' | 's' | '-' | '.';

const order = '.-sx';

const nowKinds = { x: 'failed', s: 'slow', '-': 'unsent', '.': 'good' } as const;

function markOf({ outcome }: Observation, latencyNs: number): Mark {
  if (outcome === 'unsent') return '-';
  if (outcome !== 'answered') return 'x';
  return latencyNs > secondNs ? 's' : '.';
}

function worse(a: string | undefined, b: string): string {
  return a === undefined || order.indexOf(b) > order.indexOf(a) ? b : a;
}
