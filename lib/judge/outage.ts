import type { Observation } from '../journal/entry.ts';
import { gradeLookup } from './lookup.ts';
import { belongsTo, type Span } from './phases.ts';
import type { Outage } from './verdict.ts';

type Known = Extract<Outage, { kind: 'outage' }>;

/**
 * The outage of one probe by one fault at deadline D: the due times for which a lookup fails or takes longer than D.
 * From samples it is known only between two bounds. Of the bad lookups that belong to the window let F be the first and L
 * the last, B the last good lookup due before F, A a good lookup due after L and before the window's end (of several the
 * one that began first):
 *
 *     at least = L.due − F.start, not below 0        at most = A.start − B.due
 *
 * Without lateness a start is a due time. With it, the network was sampled at the start, so the bounds are wider by the
 * lateness of F and A. No A: not recovered, at most is null. No B: the window's begin takes its place.
 * Unsent lookups are neither good nor bad: bounds reach across them.
 *
 * @param observations of one probe in order of due time, without the warm-up
 */
export function measureOutage(observations: readonly Observation[], window: Span, deadlineNs: number): Outage {
  const bad = observations.filter(
    (observation) => belongsTo(observation, window) && gradeLookup(observation, deadlineNs) === 'bad',
  );
  const first = bad[0];
  const last = bad.at(-1);
  const good = observations.filter((observation) => gradeLookup(observation, deadlineNs) === 'good');
  if (first === undefined || last === undefined)
    return { kind: 'none', couldHideNs: couldHideNs(observations, good, window) };

  const before = good.findLast(({ dueNs }) => dueNs < first.dueNs);
  const after = earliest(good.filter(({ dueNs }) => dueNs > last.dueNs && dueNs < window.untilNs));
  const parts = splitIntoParts(observations, first, last, deadlineNs);
  const begin = before?.dueNs ?? Math.min(window.fromNs, first.dueNs);
  return {
    kind: 'outage',
    atLeastNs: Math.max(0, last.dueNs - first.startNs),
    atMostNs: after === undefined ? null : after.startNs - begin,
    firstBadDueNs: first.dueNs,
    lastBadDueNs: last.dueNs,
    goodBeforeDueNs: before?.dueNs ?? null,
    goodAfterDueNs: after?.dueNs ?? null,
    parts,
    badNs: parts.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0),
  };
}

/** With so many good lookups in a row between bad ones, the outage has a hole there. */
const goodLookupsOfAHole = 3;

/** Pieces of an outage, cut where three or more good lookups follow one another. */
function splitIntoParts(
  observations: readonly Observation[],
  first: Observation,
  last: Observation,
  deadlineNs: number,
): Known['parts'] {
  const parts: { fromNs: number; toNs: number; lookups: number }[] = [];
  let goodInARow = goodLookupsOfAHole;
  for (const observation of observations) {
    if (observation.dueNs < first.dueNs || observation.dueNs > last.dueNs) continue;
    const grade = gradeLookup(observation, deadlineNs);
    const part = parts.at(-1);
    if (grade === 'bad' && (part === undefined || goodInARow >= goodLookupsOfAHole)) {
      parts.push({ fromNs: observation.dueNs, toNs: observation.dueNs, lookups: 1 });
    } else if (grade === 'bad' && part !== undefined) {
      part.toNs = observation.dueNs;
      part.lookups += 1;
    }
    goodInARow = grade === 'good' ? goodInARow + 1 : 0;
  }
  return parts;
}

/**
 * Largest time, as far as it lies in the window, from the due time of a good lookup to the start of the next good one (or
 * to the last lookup of all, if that was never sent): an outage that fits in between was seen by nobody.
 */
function couldHideNs(observations: readonly Observation[], good: readonly Observation[], window: Span): number {
  const lastDueNs = observations.findLast(({ dueNs }) => dueNs < window.untilNs)?.dueNs ?? window.fromNs;
  let widest = 0;
  let sinceNs = window.fromNs;
  for (const { dueNs, startNs } of good) {
    if (dueNs >= window.fromNs) widest = Math.max(widest, startNs - sinceNs);
    sinceNs = dueNs;
    if (dueNs >= window.untilNs) break;
  }
  return Math.max(widest, lastDueNs - sinceNs);
}

function earliest(observations: readonly Observation[]): Observation | undefined {
  return observations.reduce<Observation | undefined>(
    (found, observation) => (found !== undefined && found.startNs <= observation.startNs ? found : observation),
    undefined,
  );
}
