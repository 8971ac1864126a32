import type { SiteName } from '../../journal/entry.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';
import { isConfirmed } from '../judge-faults.ts';

/** Every planned fault was injected, and evidence shows that it worked: a kill that hit nothing is survived by all. */
export function checkInForce({ journal, hypothesis }: CheckInput): Check {
  const base = { name: 'fault in force', bound: 'each injection confirmed by evidence' };
  const planned = new Set([
    ...journal.phases.flatMap(({ fault }) => (fault === null ? [] : [fault])),
    ...hypothesis.mustFeel.map(({ fault }) => fault),
  ]);
  const injected = journal.faults.filter(({ event }) => event === 'injected');
  if (planned.size === 0 && injected.length === 0)
    return { ...base, found: 'no fault was planned', result: 'ok', advice: '' };

  const never = [...planned].filter((number) => !injected.some(({ fault }) => fault === number));
  const unproven = injected.filter(({ fault, site }) => !isConfirmed(journal, fault, site));
  const problems = [
    ...never.map((number) => `fault ${number} was never injected`),
    ...unproven.map(({ fault, site }) => `fault ${fault} on ${site}: ${reasonFor(fault, site)}`),
  ];
  return {
    ...base,
    found: problems[0] ?? `${injected.length} of ${injected.length} injections confirmed`,
    result: problems.length === 0 ? 'ok' : 'missed',
    advice:
      problems.length === 0
        ? ''
        : 'See what the node agent reports of that node, and whether node-cache runs there at all.',
  };

  function reasonFor(fault: number, site: SiteName): string {
    const marks = journal.faults.filter(
      (mark) => mark.fault === fault && mark.site === site && mark.event !== 'injected',
    );
    return marks.find(({ event }) => event !== 'confirmed' && event !== 'reverted')?.detail ?? 'no confirmation';
  }
}
