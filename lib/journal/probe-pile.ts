import type { LookupBatch, Observation } from './entry.ts';
import { checkRows, resultOf, rowLength, type LookupResult } from './lookup-batch.ts';
import { LookupTable } from './lookup-table.ts';

/**
 * Lookups of one probe as they come, put in order of `seq`. Nearly all come in order, so only the others are sorted, and moved to their places in
 * the end.
 */
export class ProbePile {
  readonly #results: LookupResult[] = [];
  readonly #places = new Map<string, number>();
  readonly #inOrder: LookupTable;
  readonly #late: LookupTable;
  #highest = -1;

  constructor(probe: string) {
    this.#inOrder = new LookupTable(probe, this.#results);
    this.#late = new LookupTable(probe, this.#results);
  }

  add(lookup: Observation): void {
    this.#push(lookup.seq, lookup.dueNs, lookup.startNs, lookup.endNs, this.#placeOf(lookup));
  }

  /** As `observationsOf` gives them, yet without an object for each. @throws RangeError as it does */
  addBatch(batch: LookupBatch): void {
    checkRows(batch);
    const { seq, dueNs, intervalNs, results, rows } = batch;
    const places = results.map((_, what) => this.#placeOf(resultOf(what, results)));
    for (let at = 0; at < rows.length; at += rowLength) {
      const ahead = rows[at] ?? NaN;
      const startNs = dueNs + ahead * intervalNs + (rows[at + 1] ?? NaN);
      const what = rows[at + 3] ?? NaN;
      const place = what < 0 ? this.#placeOf(resultOf(what, results)) : (places[what] ?? NaN);
      this.#push(seq + ahead, dueNs + ahead * intervalNs, startNs, startNs + (rows[at + 2] ?? NaN), place);
    }
  }

  /** All of them; of those with an equal `seq` the one that came first is first. Nothing may be added after it. */
  table(): LookupTable {
    this.#inOrder.merge(this.#late);
    return this.#inOrder.close();
  }

  #push(seq: number, dueNs: number, startNs: number, endNs: number, place: number): void {
    if (seq < this.#highest) this.#late.push(seq, dueNs, startNs, endNs, place);
    else {
      this.#highest = seq;
      this.#inOrder.push(seq, dueNs, startNs, endNs, place);
    }
  }

  /** Where a result stands. Nearly all lookups have one of a few; those are compared, which is faster than to make a key. */
  #placeOf(result: LookupResult): number {
    const results = this.#results;
    for (let place = 0; place < results.length && place < 8; place++)
      if (isSame(results[place] as LookupResult, result)) return place;
    const { outcome, answers, error } = result;
    const key = JSON.stringify([outcome, error, answers]);
    const place = this.#places.get(key) ?? results.push({ outcome, answers, error }) - 1;
    this.#places.set(key, place);
    return place;
  }
}

function isSame(a: LookupResult, b: LookupResult): boolean {
  if (a.outcome !== b.outcome || a.error !== b.error || a.answers.length !== b.answers.length) return false;
  for (let at = 0; at < a.answers.length; at++) if (a.answers[at] !== b.answers[at]) return false;
  return true;
}
