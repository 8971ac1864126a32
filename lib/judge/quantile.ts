/**
 * The smallest value that at least the share `q` (0 < q ≤ 1) of all values does not exceed (nearest rank): always one
 * of the measured values, never one between two of them. Null without values; they need not be sorted.
 */
export function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const rank = Math.max(1, Math.ceil(Number((q * sorted.length).toFixed(9))));
  return sorted[rank - 1] ?? null;
}
