import { formatOutage } from './format.ts';
import type { MustFeel } from './hypothesis.ts';
import type { ProbeRecord } from './probe-record.ts';
import { chooses, describeSelector, isAboutAbsentProgram } from './selector.ts';
import type { Outage, Verdict } from './verdict.ts';

export type MustFeelVerdict = Verdict['mustFeel'][number];

/**
 * Whether every probe that is known to be unsafe felt the fault, by an outage at deadline 1 s. If not, the fault was not
 * what it was meant to be, and what the others survived proves nothing.
 */
export function judgeMustFeel(mustFeel: MustFeel, records: readonly ProbeRecord[]): MustFeelVerdict | null {
  const chosen = records.filter(({ probe }) => chooses(mustFeel.of, probe));
  const base = { of: describeSelector(mustFeel.of), fault: mustFeel.fault, why: mustFeel.why };
  if (chosen.length === 0) {
    const absent = isAboutAbsentProgram(
      mustFeel.of,
      records.map(({ probe }) => probe),
    );
    return absent ? null : { ...base, felt: false, detail: 'no probe of this run is such a set-up' };
  }

  const unmoved = chosen.filter((record) => outageBy(mustFeel.fault, record)?.kind !== 'outage');
  if (unmoved.length === 0) return { ...base, felt: true, detail: `felt by ${everyOne(chosen)}` };
  const names = unmoved.map(({ probe }) => probe.probe);
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const detail = `not felt by ${unmoved.length} of ${chosen.length}: ${names.slice(0, 3).join(', ')}${more}`;
  return { ...base, felt: false, detail };

  function everyOne(felt: readonly ProbeRecord[]): string {
    const shortest = felt.reduce((a, b) => (lengthNs(a) <= lengthNs(b) ? a : b));
    const outage = outageBy(mustFeel.fault, shortest);
    const least = outage === undefined ? '' : `, shortest ${formatOutage(outage, shortest.probe.intervalNs)}`;
    return `${felt.length === 1 ? 'its probe' : `all ${felt.length} probes`}${least}`;
  }

  function lengthNs(record: ProbeRecord): number {
    const outage = outageBy(mustFeel.fault, record);
    return outage?.kind === 'outage' ? (outage.atMostNs ?? Infinity) : 0;
  }
}

/** Undefined when that fault was never injected. */
function outageBy(fault: number, { impacts }: ProbeRecord): Outage | undefined {
  return impacts.find((impact) => impact.fault === fault)?.impatient;
}
