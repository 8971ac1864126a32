/** A stretch of time in ns; both ends belong to it. A known moment has equal ends. */
export interface Range {
  readonly minNs: number;
  readonly maxNs: number;
}

export function exactly(ns: number): Range {
  return { minNs: ns, maxNs: ns };
}

export function add(a: Range, b: Range): Range {
  return { minNs: a.minNs + b.minNs, maxNs: a.maxNs + b.maxNs };
}

/** From the least to the greatest of all; null when there is none. */
export function hull(ranges: readonly Range[]): Range | null {
  const [first, ...others] = ranges;
  if (first === undefined) return null;
  return others.reduce(
    (all, { minNs, maxNs }) => ({ minNs: Math.min(all.minNs, minNs), maxNs: Math.max(all.maxNs, maxNs) }),
    first,
  );
}

/** The same moments in as few ranges as possible, in order. */
export function merge(ranges: readonly Range[]): readonly Range[] {
  const merged: { minNs: number; maxNs: number }[] = [];
  for (const { minNs, maxNs } of ranges.toSorted((a, b) => a.minNs - b.minNs)) {
    const last = merged.at(-1);
    if (last === undefined || minNs > last.maxNs) merged.push({ minNs, maxNs });
    else last.maxNs = Math.max(last.maxNs, maxNs);
  }
  return merged;
}
