import type { Observation } from './entry.ts';
import type { LookupResult } from './lookup-batch.ts';

/** Numbers in a row: `seq`, when it was due, when it started, when it ended, and which of the results came of it. */
const width = 5;

/** Lookups. Memory that is not used yet costs nothing, and to grow from little costs a third of the time that reading takes. */
const roomAtFirst = 8192;

/**
 * Lookups of one probe, 40 bytes each, where an object takes 150 and much of the garbage collector's time. Rows and results are no `#fields`, so
 * that a deep comparison of two journals sees them.
 */
export class LookupTable {
  readonly probe: string;
  rows: Float64Array = new Float64Array(roomAtFirst * width);
  /** Each once: of a million lookups, a dozen differ in what came of them. */
  results: readonly LookupResult[];
  length = 0;

  constructor(probe: string, results: readonly LookupResult[]) {
    this.probe = probe;
    this.results = results;
  }

  push(seq: number, dueNs: number, startNs: number, endNs: number, result: number): void {
    const at = this.length * width;
    if (at === this.rows.length) this.#makeRoom(this.length * 2);
    const { rows } = this;
    rows[at] = seq;
    rows[at + 1] = dueNs;
    rows[at + 2] = startNs;
    rows[at + 3] = endNs;
    rows[at + 4] = result;
    this.length += 1;
  }

  pushFrom(table: LookupTable, at: number): void {
    if (this.length * width === this.rows.length) this.#makeRoom(this.length * 2);
    this.#put(this.length, table, at);
    this.length += 1;
  }

  seqAt(at: number): number {
    return this.rows[at * width] ?? NaN;
  }

  dueNsAt(at: number): number {
    return this.rows[at * width + 1] ?? NaN;
  }

  /**
   * Moves lookups of a table with the same results to their places among those of this one, which are in order of `seq`. Where it is equal, that of
   * this table is first, and then in the order in which they stand in the other.
   */
  merge(more: LookupTable): void {
    const places = Array.from({ length: more.length }, (_, at) => at);
    places.sort((a, b) => more.seqAt(a) - more.seqAt(b));
    let end = this.length;
    this.length += more.length;
    this.#makeRoom(this.length);
    // From the back, so that each is moved once, and none that stands before the first of the others.
    for (let left = places.pop(); left !== undefined; left = places.pop()) {
      const place = this.#firstAbove(more.seqAt(left), end);
      const to = place + places.length;
      this.rows.copyWithin((to + 1) * width, place * width, end * width);
      this.#put(to, more, left);
      end = place;
    }
  }

  /** Gives back the room for more. */
  close(): this {
    this.rows = this.rows.subarray(0, this.length * width);
    return this;
  }

  /** The lookups as lines of a journal of format 1. */
  observations(): readonly Observation[] {
    const observations: Observation[] = [];
    for (let at = 0; at < this.length; at++) observations.push(this.#observation(at * width));
    return observations;
  }

  #observation(at: number): Observation {
    const { probe, rows, results } = this;
    const { outcome, answers, error } = results[rows[at + 4] as number] as LookupResult;
    return {
      type: 'observation',
      probe,
      seq: rows[at] as number,
      dueNs: rows[at + 1] as number,
      startNs: rows[at + 2] as number,
      endNs: rows[at + 3] as number,
      outcome,
      answers,
      error,
    };
  }

  /** Of the first lookups, which are in order, the first with a `seq` above this one. */
  #firstAbove(seq: number, length: number): number {
    let [low, high] = [0, length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.seqAt(middle) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #put(to: number, { rows }: LookupTable, from: number): void {
    for (let column = 0; column < width; column++)
      this.rows[to * width + column] = rows[from * width + column] as number;
  }

  #makeRoom(lookups: number): void {
    if (lookups * width <= this.rows.length) return;
    const rows = new Float64Array(lookups * width);
    rows.set(this.rows);
    this.rows = rows;
  }
}
