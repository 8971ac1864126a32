import { formatAtMost, formatCount } from '../judge/format.ts';
import type { FaultImpact, LatencySummary, Outage, ProbeVerdict } from '../judge/verdict.ts';

/** The longest of several outages in one figure, by its upper bound: `≤ 10.0 s`. */
export function outageCeiling(outages: readonly Outage[], intervalNs: number): string {
  const felt = outages.filter((outage) => outage.kind === 'outage');
  if (felt.length === 0) return 'none';
  const open = felt.some((outage) => outage.atMostNs === null);
  return formatAtMost(open ? null : Math.max(...felt.map((outage) => outage.atMostNs ?? 0)), intervalNs);
}

/** The fault at which a probe's outage was longest, by its upper bound; null without any fault. */
export function worstOutage(
  probe: ProbeVerdict,
  deadline: 'hard' | 'impatient',
): { readonly impact: FaultImpact; readonly outage: Outage } | null {
  let worst: { impact: FaultImpact; outage: Outage } | null = null;
  for (const impact of probe.impacts) {
    const outage = impact[deadline];
    if (worst === null || outageRankNs(outage) > outageRankNs(worst.outage)) worst = { impact, outage };
  }
  return worst;
}

/** `100 failed`, and apart from that what never returned and what was never sent: neither is known to have failed. */
export function failuresText({ failed, abandoned, unsent }: LatencySummary): string {
  const parts = [
    `${formatCount(failed)} failed`,
    abandoned > 0 ? `${formatCount(abandoned)} given up` : '',
    unsent > 0 ? `${formatCount(unsent)} not sent` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** How long something took, for people: `51 s`, `2 min 51 s`. */
export function durationText(ns: number): string {
  const seconds = Math.round(ns / 1e9);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function bytesText(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** For sorting, worst last: any outage is worse than none, however short, and one not recovered from is the worst. */
function outageRankNs(outage: Outage): number {
  if (outage.kind === 'none') return -1;
  return outage.atMostNs ?? Infinity;
}
