import type { Threshold } from './hypothesis.ts';
import { noDeadline } from './lookup.ts';
import { measureOutage } from './outage.ts';
import type { ProbeRecord } from './probe-record.ts';
import { resolverTimeoutNs } from '../resolver-model/resolver-timeout.ts';
import type { ThresholdVerdict } from './verdict.ts';

/** Holds one probe to one bound. */
export function judgeThreshold(threshold: Threshold, record: ProbeRecord): ThresholdVerdict {
  const measured = measure(threshold, record);
  const limit = limitOf(threshold, record);
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
function measure(threshold: Threshold, record: ProbeRecord): number | null {
  switch (threshold.metric) {
    case 'failed-lookups':
      return record.afterFaults.failed + (record.complete ? record.afterFaults.abandoned : 0);
    case 'slowest-lookup':
      return record.afterFaults.worstNs ?? 0;
    case 'outage':
      return worstOutage(record, threshold.deadlineNs ?? noDeadline);
  }
}

function limitOf(threshold: Threshold, { probe }: ProbeRecord): number {
  switch (threshold.metric) {
    case 'failed-lookups':
      return threshold.atMost;
    case 'slowest-lookup':
      return threshold.limitNs + (threshold.overTimeout ? resolverTimeoutNs(probe.resolver, probe.dnsConfig) : 0);
    case 'outage':
      return threshold.limitNs;
  }
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
