import { formatCount } from '../format.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** A probe that hardly asked while the fault lasted has seen hardly anything of it. */
export function checkEnoughLookups({ records, hypothesis }: CheckInput): Check {
  const limit = hypothesis.evidence.lookupsInWindow;
  const base = { name: 'enough lookups', bound: `at least ${formatCount(limit)} of each busy probe after each fault` };
  const counts = records
    .filter(({ probe }) => probe.rate === 'busy')
    .flatMap(({ probe, impacts }) =>
      impacts.map(({ fault, latency }) => ({ probe: probe.probe, fault, lookups: latency.lookups })),
    );
  const fewest = counts.reduce<(typeof counts)[number] | undefined>(
    (least, count) => (least !== undefined && least.lookups <= count.lookups ? least : count),
    undefined,
  );
  if (fewest === undefined) {
    return {
      ...base,
      found: 'no busy probe',
      result: 'missed',
      advice: 'Add a busy probe: quiet ones see too little.',
    };
  }
  const enough = fewest.lookups >= limit;
  const when = fewest.fault === 0 ? '' : ` after fault ${fewest.fault}`;
  return {
    ...base,
    found: `fewest ${formatCount(fewest.lookups)}${when} (${fewest.probe})`,
    result: enough ? 'ok' : 'missed',
    advice: enough ? '' : 'Lengthen the recovery, or shorten the interval of the probes.',
  };
}
