import { mostLagNs } from '../lag-watch.ts';
import { isFull, pressureInWords } from '../../journal/machine-pressure.ts';
import type { WarmUpReading } from './warm-up-window.ts';

/** Half of what the verdict allows (`evidence.latenessIntervals`): a drill is longer than a warm-up, and a fault makes it busier. */
const shareOfAllowed = 0.5;

/** Cores that are busier have no room for what a fault adds: lookups that wait, a container that starts. */
const noRoomShare = 0.95;

/** Why the machine can't do what it was asked to, in words with figures; null when it can. */
export function tooMuch(
  reading: WarmUpReading,
  { latenessIntervals }: { readonly latenessIntervals: number },
): string | null {
  const { lookups, lateShare, lateP99Ns, latest, unsent, slow, lagNs, pressure } = reading;
  const allowed = latenessIntervals * shareOfAllowed;
  const reasons = [
    ...(lookups === 0 ? ['no lookup of it has arrived yet'] : []),
    ...(lateShare > allowed
      ? [`lookups began late, p99 ${ms(lateP99Ns)}, ${Math.round(lateShare * 100)} % of their interval`]
      : []),
    ...(latest !== null && latest.share > allowed ? [`p95 of ${latest.probe} was ${ms(latest.ns)} late`] : []),
    ...(unsent > 0 ? [`${unsent} lookups could not be sent`] : []),
    ...(lagNs > mostLagNs ? [`the journal was ${(lagNs / 1e9).toFixed(1)} s behind`] : []),
    // On a machine that is not full the servers are slow by themselves, which is not for the suite to hide.
    ...(slow > 0 && isFull(pressure) ? [`${slow} of ${lookups} lookups failed or took over a second`] : []),
  ];
  const told = pressureInWords(pressure);
  return reasons.length === 0 ? null : `${reasons.join(', ')}${told === '' ? '' : `; ${told}`}`;
}

/** It can, but only just: there is no room for more, so that less is asked where that is possible. Null when there is room. */
export function noRoom({ pressure }: WarmUpReading): string | null {
  return (pressure.cpuBusy ?? 0) > noRoomShare
    ? `there was no room for what a fault adds: ${pressureInWords(pressure)}`
    : null;
}

function ms(ns: number): string {
  return `${Math.round(ns / 1e6)} ms`;
}
