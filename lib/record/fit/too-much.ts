import type { WarmUpReading } from './warm-up-window.ts';

/** Half of what the verdict allows (`evidence.latenessIntervals`): a drill is longer than a warm-up, and a fault makes it busier. */
const shareOfAllowed = 0.5;

/** What the journal holds is at most so far behind the probes, so that the live view and `abortWhen` act on the present. */
const mostLagNs = 2e9;

/** Above this part of all cores the DNS servers may be slow because they get no core, and not by themselves. */
const fullShare = 0.85;

/** Why the machine can't do what it was asked to, in words with figures; null when it can. */
export function tooMuch(
  reading: WarmUpReading,
  { latenessIntervals }: { readonly latenessIntervals: number },
): string | null {
  const { lookups, lateShare, lateP99Ns, unsent, slow, lagNs, cpuBusy, cpuPressure } = reading;
  const full = (cpuBusy ?? 1) > fullShare || (cpuPressure ?? 0) > fullShare;
  const reasons = [
    ...(lookups === 0 ? ['no lookup of it has arrived yet'] : []),
    ...(lateShare > latenessIntervals * shareOfAllowed
      ? [`lookups began late, p99 ${ms(lateP99Ns)}, ${Math.round(lateShare * 100)} % of their interval`]
      : []),
    ...(unsent > 0 ? [`${unsent} lookups could not be sent`] : []),
    ...(lagNs > mostLagNs ? [`the journal was ${(lagNs / 1e9).toFixed(1)} s behind`] : []),
    ...(slow > 0 && full ? [`${slow} of ${lookups} lookups failed or took over a second`] : []),
  ];
  return reasons.length === 0 ? null : `${reasons.join(', ')}${cpuInWords(reading)}`;
}

/** `; cores 97 % busy, a task waited for one 88 % of the time, 12 % stolen` */
export function cpuInWords({ cpuBusy, cpuPressure, cpuSteal }: WarmUpReading): string {
  const parts = [
    ...(cpuBusy === null ? [] : [`cores ${percent(cpuBusy)} busy`]),
    ...(cpuPressure === null ? [] : [`tasks waited for one ${percent(cpuPressure)} of the time (PSI)`]),
    ...(cpuSteal === null || cpuSteal < 0.01 ? [] : [`${percent(cpuSteal)} stolen by the hypervisor`]),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

function percent(share: number): string {
  return `${Math.min(100, Math.round(share * 100))} %`;
}

function ms(ns: number): string {
  return `${Math.round(ns / 1e6)} ms`;
}
