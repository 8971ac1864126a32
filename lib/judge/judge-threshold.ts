import type { Observation } from '../journal/entry.ts';
import type { Threshold } from './hypothesis.ts';
import { latencyNs, noDeadline } from './lookup.ts';
import { measureOutage } from './outage.ts';
import type { ProbeRecord } from './probe-record.ts';
import { resolverTimeoutNs } from '../resolver-model/resolver-timeout.ts';
import type { ThresholdVerdict } from './verdict.ts';

/** Holds one probe to one bound. */
export function judgeThreshold(threshold: Threshold, record: ProbeRecord): ThresholdVerdict {
  const { measured, limit } = measure(threshold, record);
  const holds = measured !== null && measured <= limit;
  return {
    metric: threshold.metric,
    setting: threshold.setting,
    probe: record.probe.probe,
    measured,
    limit,
    unit: threshold.metric === 'failed-lookups' ? 'lookups' : 'ns',
    holds,
    thin: holds && limit > 0 && measured > 0.9 * limit,
  };
}

/**
 * In the threshold's unit; null is an outage that had not ended, which exceeds any limit. Of a run that was cut short only
 * what is certain counts: neither lookups that were given up nor the open end of an outage can break a claim then.
 */
function measure(
  threshold: Threshold,
  record: ProbeRecord,
): { readonly measured: number | null; readonly limit: number } {
  switch (threshold.metric) {
    case 'failed-lookups': {
      const { failed, abandoned } = record.afterFaults;
      return { measured: failed + (record.complete ? abandoned : 0), limit: threshold.atMost };
    }
    case 'slowest-lookup':
      return slowestBy(record, (lookup) => slowestLimitNs(threshold, record, lookup));
    case 'outage':
      return { measured: worstOutage(record, threshold.deadlineNs ?? noDeadline), limit: threshold.limitNs };
  }
}

/** What a lookup may take under this bound, in ns. */
function slowestLimitNs(
  { overTimeout, limitNs }: Extract<Threshold, { metric: 'slowest-lookup' }>,
  { probe, halfAnswered }: ProbeRecord,
  { seq }: Pick<Observation, 'seq'>,
): number {
  const timeouts = overTimeout ? (halfAnswered.has(seq) ? 2 : 1) : 0;
  return timeouts * resolverTimeoutNs(probe.resolver, probe.dnsConfig) + limitNs;
}

/** The lookup that comes closest to its limit, or exceeds it most. */
function slowestBy(
  record: ProbeRecord,
  limitOf: (lookup: Pick<Observation, 'seq'>) => number,
): { readonly measured: number; readonly limit: number } {
  let worst = { measured: 0, limit: limitOf({ seq: -1 }) };
  for (const lookup of record.faultLookups) {
    if (lookup.outcome === 'unsent') continue;
    const [measured, limit] = [latencyNs(lookup), limitOf(lookup)];
    if (measured - limit > worst.measured - worst.limit) worst = { measured, limit };
  }
  return worst;
}

function worstOutage({ observations, decided, complete, windows }: ProbeRecord, deadlineNs: number): number | null {
  const lookups = deadlineNs === noDeadline ? decided : observations;
  let worst = 0;
  for (const window of windows) {
    const outage = measureOutage(lookups, window, deadlineNs);
    if (outage.kind === 'none') continue;
    if (outage.atMostNs === null && complete) return null;
    worst = Math.max(worst, outage.atMostNs ?? outage.atLeastNs);
  }
  return worst;
}
