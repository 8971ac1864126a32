import type { ClaimVerdict, ThresholdVerdict } from '../judge/verdict.ts';
import { formatCount, formatLatency, formatLimit } from '../judge/format.ts';

/** One or two plain sentences on how a claim came out: who broke it and by how much, or how near its closest probe came. */
export function claimDetail(claim: ClaimVerdict): string {
  const probes = new Set(claim.thresholds.map((threshold) => threshold.probe));
  const brokenBy = new Set(
    claim.thresholds.filter((threshold) => !threshold.holds).map((threshold) => threshold.probe),
  );
  const worst = claim.thresholds[0];
  if (worst === undefined) return 'No probe was chosen by it.';
  if (brokenBy.size > 0) return `Broken by ${brokenBy.size} of ${probes.size} probes; worst: ${thresholdText(worst)}.`;
  if (claim.result === 'inconclusive') return 'Not judged.';
  const thin = claim.thresholds.some((threshold) => threshold.thin) ? ' Thin margin.' : '';
  return `Holds for ${probes.size === 1 ? 'its probe' : `all ${probes.size} probes`}: ${closestText(closest(claim, worst))}.${thin}`;
}

/** `slowest lookup 2.95 s, limit 3.00 s (both/fallback/c-ares/busy)`. */
export function thresholdText(threshold: ThresholdVerdict): string {
  const { limit, unit, probe } = threshold;
  const limitText = unit === 'ns' ? formatLimit(limit) : formatCount(limit);
  return `${measuredText(threshold)}, limit ${limitText} (${probe})`;
}

function measuredText({ metric, measured, unit }: ThresholdVerdict): string {
  if (measured === null) return `${metricWords[metric] ?? metric} not recovered from`;
  if (unit === 'lookups') return `${formatCount(measured)} ${measured === 1 ? 'lookup' : 'lookups'} failed`;
  return `${metricWords[metric] ?? metric} ${formatLatency(measured)}`;
}

function closestText(threshold: ThresholdVerdict): string {
  return threshold.unit === 'lookups' && threshold.measured === 0 ? 'no lookup failed' : thresholdText(threshold);
}

const metricWords: Readonly<Record<string, string>> = { 'slowest-lookup': 'slowest lookup' };

/** A latency says more of the margin than "0 of 0 failed". */
function closest(claim: ClaimVerdict, fallback: ThresholdVerdict): ThresholdVerdict {
  return claim.thresholds.find((threshold) => threshold.unit === 'ns') ?? fallback;
}
