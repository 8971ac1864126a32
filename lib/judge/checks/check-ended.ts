import { countOf } from '../format.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** A lookup that was given up because the probe had to stop might have been answered a moment later. */
export function checkEnded({ records }: CheckInput): Check {
  const abandoned = records
    .map(({ probe, observations }) => ({
      probe: probe.probe,
      count: observations.filter(({ outcome }) => outcome === 'abandoned').length,
    }))
    .filter(({ count }) => count > 0);
  const total = abandoned.reduce((sum, { count }) => sum + count, 0);
  return {
    name: 'lookups ended',
    bound: 'no lookup abandoned',
    found: total === 0 ? 'all ended' : `${countOf(total, 'lookup')} abandoned, first of ${abandoned[0]?.probe ?? ''}`,
    result: total === 0 ? 'ok' : 'missed',
    advice: total === 0 ? '' : 'Drain the probes for longer than their slowest lookup can take.',
  };
}
