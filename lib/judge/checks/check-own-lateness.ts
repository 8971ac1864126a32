import { formatLatency } from '../format.ts';
import { latenessNs, latencyNs } from '../lookup.ts';
import type { Check, ThresholdVerdict } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/**
 * Latency counts from the due time, so a probe that the machine kept from starting is slow through no fault of its set-up. A bound on the
 * slowest lookup that is broken by such lookups alone proves nothing.
 */
export function checkOwnLateness({ claims, records }: CheckInput): Check {
  const broken = claims
    .flatMap(({ thresholds }) => thresholds)
    .filter(({ metric, holds }) => metric === 'slowest-lookup' && !holds);
  const excused = broken.flatMap((threshold) => brokenByLateness(threshold, records) ?? []);
  const worst = excused[0];
  return {
    name: 'slow by itself',
    bound: 'no bound broken only because a probe began late',
    found: worst === undefined ? 'none' : `${worst.probe}, late by ${formatLatency(worst.byNs)}`,
    result: worst === undefined ? 'ok' : 'missed',
    advice: worst === undefined ? '' : 'The machine stood still for a moment: run it again.',
  };
}

/** How late the latest of the lookups was that broke the bound; null when at least one of them would have broken it on time too. */
function brokenByLateness(
  { probe, limit }: ThresholdVerdict,
  records: CheckInput['records'],
): { readonly probe: string; readonly byNs: number } | null {
  const record = records.find((each) => each.probe.probe === probe);
  // Half-answered ones have a limit of their own; what is slow without being half-answered decides, if there is any.
  const over = record?.faultLookups.filter((lookup) => lookup.outcome !== 'unsent' && latencyNs(lookup) > limit) ?? [];
  const whole = over.filter(({ seq }) => record?.halfAnswered.has(seq) !== true);
  const slow = whole.length > 0 ? whole : over;
  const excused = slow.length > 0 && slow.every((lookup) => latencyNs(lookup) - latenessNs(lookup) <= limit);
  return excused ? { probe, byNs: Math.max(...slow.map(latenessNs)) } : null;
}
