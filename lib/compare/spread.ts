/** What is known of one quantity in one run: it lies between the two. `most` is Infinity for an outage that had not ended. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** One quantity over the runs of a side. JSON has no Infinity: there a `most` of null is an outage that had not ended. */
export interface Spread {
  /** Median of the lower and of the upper bounds; of an even number the mean of the middle two. */
  readonly median: Bounds;
  /** From the lowest lower bound to the highest upper one. */
  readonly range: Bounds;
  readonly runs: number;
}

/** Null without any run. */
export function spreadOf(values: readonly Bounds[]): Spread | null {
  if (values.length === 0) return null;
  const [leasts, mosts] = [values.map(({ least }) => least), values.map(({ most }) => most)];
  return {
    median: { least: median(leasts), most: median(mosts) },
    range: { least: Math.min(...leasts), most: Math.max(...mosts) },
    runs: values.length,
  };
}

/** A quantity that is known exactly. */
export function exactly(value: number): Bounds {
  return { least: value, most: value };
}

/**
 * The smallest difference, `after` less `before`, that the bounds allow: 0 where they overlap. Recovered on one side and
 * not on the other is an infinite one.
 */
export function smallestDifference(before: Bounds, after: Bounds): number {
  const [open, openAfter] = [before.most === Infinity, after.most === Infinity];
  if (open !== openAfter) return openAfter ? Infinity : -Infinity;
  if (after.least > before.most) return after.least - before.most;
  return after.most < before.least ? after.most - before.least : 0;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return lower === upper ? upper : (lower + upper) / 2;
}
