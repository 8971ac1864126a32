import type { LookupBatch, Observation } from './entry.ts';

/** Numbers in `rows` for each lookup. */
export const rowLength = 4;

/** What stands in a row in place of an index into `results`. */
export const unsent = -1;
export const abandoned = -2;

/** What came of a lookup. */
export type LookupResult = Pick<Observation, 'outcome' | 'answers' | 'error'>;

/** The lookups of a batch, in its order. @throws RangeError when a row is no row: cut off, out of `results`, or before its time */
export function observationsOf(batch: LookupBatch): readonly Observation[] {
  const { probe, seq, dueNs, intervalNs, results, rows } = batch;
  checkRows(batch);
  const observations: Observation[] = [];
  for (let at = 0; at < rows.length; at += rowLength) {
    const [ahead = NaN, lateNs = NaN, tookNs = NaN, what = NaN] = rows.slice(at, at + rowLength);
    const due = dueNs + ahead * intervalNs;
    const lookup = { type: 'observation', probe, seq: seq + ahead, dueNs: due, startNs: due + lateNs } as const;
    observations.push({ ...lookup, endNs: due + lateNs + tookNs, ...resultOf(what, results) });
  }
  return observations;
}

/** @throws RangeError as `observationsOf` does */
export function checkRows({ seq, dueNs, intervalNs, results, rows }: LookupBatch): void {
  if (rows.length % rowLength !== 0) throw new RangeError(`a batch of ${rows.length} numbers is cut off in a row`);
  for (let at = 0; at < rows.length; at += rowLength) {
    const ahead = rows[at] ?? NaN;
    const what = rows[at + 3] ?? NaN;
    if (!Number.isSafeInteger(ahead) || seq + ahead < 0 || dueNs + ahead * intervalNs < 0)
      throw new RangeError(`row ${at / rowLength} of a batch has a number that can't be`);
    if (!isSpan(rows[at + 1] ?? NaN) || !isSpan(rows[at + 2] ?? NaN))
      throw new RangeError(`row ${at / rowLength} of a batch has a number that can't be`);
    if (!Number.isInteger(what) || what < abandoned || what >= results.length)
      throw new RangeError(`a row of a batch has result ${what} of ${results.length}`);
  }
}

export function resultOf(what: number, results: LookupBatch['results']): LookupResult {
  const result = results[what];
  if (result === undefined) return { outcome: what === unsent ? 'unsent' : 'abandoned', answers: [], error: null };
  return typeof result === 'string'
    ? { outcome: 'failed', answers: [], error: result }
    : { outcome: 'answered', answers: result, error: null };
}

function isSpan(ns: number): boolean {
  return Number.isSafeInteger(ns) && ns >= 0;
}
