import { isFull, pressureInWords, type MachinePressure } from '../../journal/machine-pressure.ts';
import { formatLatency, formatLimit } from '../format.ts';
import { machineIn } from '../machine-in.ts';
import { latenessNs } from '../lookup.ts';
import type { ProbeRecord } from '../probe-record.ts';
import { quantile } from '../quantile.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/**
 * Probes that begin their lookups later than their distance have lost their schedule, and their latencies are their own. p99 is judged over all
 * lookups, and p95 for each probe: half a second in which a node stood still is 1 % of a drill in each of its probes, and is no lost
 * schedule. What such a moment does to a bound on the slowest lookup is judged by itself (`check-own-lateness.ts`).
 */
export function checkLateness({ journal, records, hypothesis }: CheckInput): Check {
  const factor = hypothesis.evidence.latenessIntervals;
  const base = { name: 'lookups on time' };
  const all = quantile(records.flatMap(latenessShares), 0.99);
  const worst = records
    .map((record) => ({ record, share: quantile(latenessShares(record), 0.95) ?? 0 }))
    .toSorted((a, b) => b.share - a.share)[0];
  if (all === null || worst === undefined)
    return { ...base, bound: 'lateness', found: 'no lookup', result: 'missed', advice: 'Add a probe.' };
  const { probe, latenessP99Ns } = worst.record;
  const shortestNs = Math.min(...records.map(({ probe: { intervalNs } }) => intervalNs));
  const onTime = all <= factor && worst.share <= factor;
  return {
    ...base,
    bound: `lateness p99 over all probes, and p95 of each, at most ${formatLimit(shortestNs * factor)}`,
    found:
      worst.share > factor
        ? `worst ${formatLatency(latenessP99Ns)} (${probe.probe})`
        : `p99 ${formatLatency(all * shortestNs)}; p95 of the worst probe ${formatLatency(worst.share * probe.intervalNs)}`,
    result: onTime ? 'ok' : 'missed',
    advice: onTime ? '' : adviceFor(machineIn(journal)),
  };
}

/** That a machine was too busy is said only with its evidence. */
function adviceFor(pressure: MachinePressure): string {
  const told = pressureInWords(pressure);
  const less = 'Use fewer probes, or a longer interval';
  if (told === '') return `${less}; how busy the machine was is not known.`;
  return isFull(pressure)
    ? `The machine was too busy for so many probes: ${told}. ${less}.`
    : `By its own counters the machine was not full (${told}), so something held it up for moments. Look for what else runs there, or is throttled; ${less.toLowerCase()}.`;
}

/** Lateness of each lookup that was sent, as a share of the probe's interval. */
function latenessShares({ observations, probe }: ProbeRecord): readonly number[] {
  return observations
    .filter(({ outcome }) => outcome !== 'unsent')
    .map((observation) => latenessNs(observation) / probe.intervalNs);
}
