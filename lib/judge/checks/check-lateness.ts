import { formatLatency, formatLimit } from '../format.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** A probe that begins its lookups later than their distance has lost its schedule: its latencies are its own. */
export function checkLateness({ records, hypothesis }: CheckInput): Check {
  const factor = hypothesis.evidence.latenessIntervals;
  const shares = records.map(({ probe, latenessP99Ns }) => ({
    probe,
    latenessP99Ns,
    limitNs: probe.intervalNs * factor,
    share: latenessP99Ns / (probe.intervalNs * factor),
  }));
  const worst = shares.reduce<(typeof shares)[number] | undefined>(
    (late, next) => (late !== undefined && late.share >= next.share ? late : next),
    undefined,
  );
  const base = { name: 'lookups on time' };
  if (worst === undefined)
    return { ...base, bound: 'lateness p99', found: 'no probe', result: 'missed', advice: 'Add a probe.' };
  const onTime = worst.share <= 1;
  return {
    ...base,
    bound: `lateness p99 of each probe at most ${formatLimit(worst.limitNs)}`,
    found: `worst ${formatLatency(worst.latenessP99Ns)} (${worst.probe.probe})`,
    result: onTime ? 'ok' : 'missed',
    advice: onTime ? '' : 'The machine was too busy for so many probes: use fewer, or a longer interval.',
  };
}
