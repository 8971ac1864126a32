import type { LookupBatch, Observation } from './entry.ts';

/** Numbers in `rows` for each lookup. */
export const rowLength = 4;

/** What stands in a row in place of an index into `results`. */
export const unsent = -1;
export const abandoned = -2;

/** The lookups of a batch, in its order. @throws RangeError when a row is no row: cut off, out of `results`, or before its time */
export function observationsOf({ probe, seq, dueNs, intervalNs, results, rows }: LookupBatch): readonly Observation[] {
  if (rows.length % rowLength !== 0) throw new RangeError(`a batch of ${rows.length} numbers is cut off in a row`);
  const observations: Observation[] = [];
  for (let at = 0; at < rows.length; at += rowLength) {
    const [ahead = NaN, lateNs = NaN, tookNs = NaN, what = NaN] = rows.slice(at, at + rowLength);
    const due = dueNs + ahead * intervalNs;
    if (!Number.isInteger(ahead) || seq + ahead < 0 || !isSpan(lateNs) || !isSpan(tookNs))
      throw new RangeError(`row ${at / rowLength} of a batch has a number that can't be`);
    const lookup = { type: 'observation', probe, seq: seq + ahead, dueNs: due, startNs: due + lateNs } as const;
    observations.push({ ...lookup, endNs: due + lateNs + tookNs, ...outcomeOf(what, results) });
  }
  return observations;
}

function isSpan(ns: number): boolean {
  return Number.isInteger(ns) && ns >= 0;
}

function outcomeOf(what: number, results: LookupBatch['results']): Pick<Observation, 'outcome' | 'answers' | 'error'> {
  if (what === unsent) return { outcome: 'unsent', answers: [], error: null };
  if (what === abandoned) return { outcome: 'abandoned', answers: [], error: null };
  const result = results[what];
  if (result === undefined) throw new RangeError(`a row of a batch has result ${what} of ${results.length}`);
  return typeof result === 'string'
    ? { outcome: 'failed', answers: [], error: result }
    : { outcome: 'answered', answers: result, error: null };
}
