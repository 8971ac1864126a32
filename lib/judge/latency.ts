import type { Observation } from '../journal/entry.ts';
import { latencyNs } from './lookup.ts';
import { quantile } from './quantile.ts';
import type { LatencySummary } from './verdict.ts';

/** Counts and latencies of some lookups. One that failed or was given up took as long as it took until then. */
export function summariseLatency(observations: readonly Observation[]): LatencySummary {
  const counts = { answered: 0, failed: 0, abandoned: 0, unsent: 0 };
  const errors: Record<string, number> = {};
  for (const { outcome, error } of observations) {
    counts[outcome] += 1;
    if (outcome === 'failed') errors[error ?? 'unknown'] = (errors[error ?? 'unknown'] ?? 0) + 1;
  }
  const latencies = observations.filter(({ outcome }) => outcome !== 'unsent').map(latencyNs);
  return {
    lookups: latencies.length,
    ...counts,
    p50Ns: quantile(latencies, 0.5),
    p99Ns: quantile(latencies, 0.99),
    worstNs: quantile(latencies, 1),
    errors,
  };
}
