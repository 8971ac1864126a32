import { countOf } from '../format.ts';
import { impatientDeadlineNs } from '../lookup.ts';
import type { Observation } from '../../journal/entry.ts';
import type { ProbeRecord } from '../probe-record.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/**
 * A lookup that had waited for more than 1 s when the next fault came was made slow by the one before, and yet belongs to
 * both: then the bounds of the second fault are too wide.
 */
export function checkApart({ records }: CheckInput): Check {
  const carried = records.flatMap(carriedOver);
  const first = carried[0];
  return {
    name: 'faults apart',
    bound: 'no lookup carried from one fault into the next',
    found:
      first === undefined ? 'none carried' : `${countOf(carried.length, 'lookup')} carried, first of ${first.probe}`,
    result: first === undefined ? 'ok' : 'missed',
    advice: first === undefined ? '' : 'Make the recovery longer than the slowest lookup after the first fault.',
  };
}

function carriedOver({ observations, windows }: ProbeRecord): Observation[] {
  return windows
    .slice(1)
    .flatMap(({ fromNs }, index) =>
      observations.filter(
        ({ outcome, dueNs, endNs }) =>
          outcome !== 'unsent' &&
          dueNs >= (windows[index]?.fromNs ?? 0) &&
          dueNs < fromNs - impatientDeadlineNs &&
          endNs >= fromNs,
      ),
    );
}
