import { formatPart } from '../format.ts';
import { gradeLookup, impatientDeadlineNs } from '../lookup.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** Before the first fault every probe must have been answered within 1 s, or the fault is not what made the difference. */
export function checkBaseline({ records, hypothesis }: CheckInput): Check {
  const limit = hypothesis.evidence.baselineFailures;
  const lookups = records.flatMap(({ baselineLookups }) => baselineLookups);
  const bad = lookups.filter((lookup) => gradeLookup(lookup, impatientDeadlineNs) === 'bad');
  const silent = records.filter(({ baseline }) => baseline.lookups === 0).map(({ probe }) => probe.probe);
  const first = bad[0];
  const base = { name: 'clean baseline', bound: `at most ${limit} failed or slower than 1 s` };
  if (silent[0] !== undefined || records.length === 0) {
    const found = `no lookup in the baseline of ${silent.length} probes, first: ${silent[0] ?? 'there is no probe'}`;
    const advice = 'Make the baseline longer than the slowest probe’s interval, and see whether the probe ran.';
    return { ...base, found, result: 'missed', advice };
  }
  const where = first === undefined ? '' : `, first: ${first.probe} (${first.error ?? first.outcome})`;
  const clean = bad.length <= limit;
  return {
    ...base,
    found: `${formatPart(bad.length, lookups.length)} lookups${where}`,
    result: clean ? 'ok' : 'missed',
    advice: clean
      ? ''
      : 'DNS was not healthy before the fault, or the machine was too busy; see to that, and run it again.',
  };
}
