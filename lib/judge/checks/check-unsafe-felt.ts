import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** Set-ups that are known to be unsafe must have felt the fault. */
export function checkUnsafeFelt({ mustFeel }: CheckInput): Check {
  const base = { name: 'unsafe set-ups felt it', bound: 'each has an outage at deadline 1 s' };
  if (mustFeel.length === 0) return { ...base, found: 'none was named', result: 'not-measured', advice: '' };

  const unmoved = mustFeel.filter(({ felt }) => !felt);
  const first = unmoved[0];
  return {
    ...base,
    found:
      first === undefined
        ? `${mustFeel.length} of ${mustFeel.length} felt it`
        : `${first.of} (fault ${first.fault}): ${first.detail}`,
    result: first === undefined ? 'ok' : 'missed',
    advice:
      first === undefined
        ? ''
        : 'The fault was too short or hit nothing; see how long node-cache was gone, and whether these pods use it.',
  };
}
