import type { Observation } from '../journal/entry.ts';

/** Deadline of the hard outage: however late an answer comes, it counts. */
export const noDeadline = Infinity;

/** Deadline of an impatient client: what takes longer than 1 s is lost to it. */
export const impatientDeadlineNs = 1_000_000_000;

/** From the due time, so that a late start counts against the lookup as a user would count it. */
export function latencyNs(observation: Observation): number {
  return observation.endNs - observation.dueNs;
}

/** How much later than due the probe began, in ns: the suite's own error, which widens every bound. */
export function latenessNs(observation: Observation): number {
  return observation.startNs - observation.dueNs;
}

/**
 * A lookup is good when it was answered within the deadline, bad when it was not, and unknown when it was never sent or
 * was given up before the deadline: what is unknown neither makes an outage nor ends one. Given up without a deadline is
 * bad: the probe had been drained for longer than lookups take.
 */
export function gradeLookup(observation: Observation, deadlineNs: number): 'good' | 'bad' | 'unknown' {
  const inTime = latencyNs(observation) <= deadlineNs;
  switch (observation.outcome) {
    case 'answered':
      return inTime ? 'good' : 'bad';
    case 'failed':
      return 'bad';
    case 'abandoned':
      return inTime && deadlineNs !== noDeadline ? 'unknown' : 'bad';
    case 'unsent':
      return 'unknown';
  }
}
