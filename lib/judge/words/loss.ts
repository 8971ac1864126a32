import { formatAtMost, formatLatency } from '../format.ts';
import type { ProbeRecord } from '../probe-record.ts';
import type { FaultImpact, Outage } from '../verdict.ts';

/** What some probes lost at worst, as a predicate: `lost DNS for up to 10.0 s`. */
export function lossInWords(records: readonly ProbeRecord[]): string {
  const hard = longest(records, ({ hard: outage }) => outage);
  const lost = records.every(({ probe }) => probe.resolver === 'wire') ? 'went unanswered' : 'lost DNS';
  if (hard === 'open') return `${lost} and had not recovered when the run ended`;
  if (hard !== null) return `${lost} for up to ${upTo(hard)}`;

  const slowest = Math.max(0, ...records.map(({ afterFaults }) => afterFaults.worstNs ?? 0));
  const impatient = longest(records, ({ impatient: outage }) => outage);
  if (impatient === 'open') return 'waited longer than 1 s for each answer until the run ended';
  if (impatient !== null)
    return `had no answer within 1 s for up to ${upTo(impatient)}, the slowest after ${formatLatency(slowest)}`;
  return `waited up to ${formatLatency(slowest)} for an answer`;
}

interface Longest {
  readonly atMostNs: number;
  readonly intervalNs: number;
}

/** Of busy probes if one of them had an outage: their bounds are closer to the truth than those of quiet ones. */
function longest(records: readonly ProbeRecord[], of: (impact: FaultImpact) => Outage): Longest | 'open' | null {
  return (
    longestOf(
      records.filter(({ probe }) => probe.rate === 'busy'),
      of,
    ) ?? longestOf(records, of)
  );
}

/** By the upper bound; `open` when one had not recovered, null when there was none. */
function longestOf(records: readonly ProbeRecord[], of: (impact: FaultImpact) => Outage): Longest | 'open' | null {
  let found: Longest | null = null;
  for (const { probe, impacts } of records) {
    for (const outage of impacts.map(of)) {
      if (outage.kind === 'none') continue;
      if (outage.atMostNs === null) return 'open';
      if (found === null || outage.atMostNs > found.atMostNs) {
        found = { atMostNs: outage.atMostNs, intervalNs: probe.intervalNs };
      }
    }
  }
  return found;
}

/** Rounded up as every upper bound is. */
function upTo({ atMostNs, intervalNs }: Longest): string {
  return formatAtMost(atMostNs, intervalNs).replace('≤ ', '');
}
