import { countOf } from '../format.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/**
 * What would have become of an unsent lookup nobody knows, so a probe that a claim rests on must have sent all of its.
 * Others may drown in lookups that do not end: that is what they are there to show.
 */
export function checkSent({ records, claims }: CheckInput): Check {
  const held = new Set(claims.flatMap(({ thresholds }) => thresholds.map(({ probe }) => probe)));
  const unsent = records
    .map(({ probe, afterFaults, baseline }) => ({ probe: probe.probe, count: afterFaults.unsent + baseline.unsent }))
    .filter(({ count }) => count > 0);
  const culprit = unsent.find(({ probe }) => held.has(probe));
  const others = unsent.reduce((sum, { count }) => sum + count, 0);
  return {
    name: 'lookups sent',
    bound: 'every due lookup of a probe that a claim rests on',
    found:
      culprit === undefined
        ? `all${others > 0 ? `; ${countOf(others, 'lookup')} of other probes not sent` : ''}`
        : `${countOf(culprit.count, 'lookup')} of ${culprit.probe} not sent`,
    result: culprit === undefined ? 'ok' : 'missed',
    advice: culprit === undefined ? '' : 'Raise the number of lookups in flight, or lengthen the interval.',
  };
}
