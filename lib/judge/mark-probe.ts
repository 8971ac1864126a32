import type { Hypothesis } from './hypothesis.ts';
import type { ProbeRecord } from './probe-record.ts';
import { chooses } from './selector.ts';
import type { ClaimVerdict, ProbeVerdict } from './verdict.ts';

/** The mark of one cell of the matrix. What a claim says of a probe outweighs that it is known to be unsafe. */
export function markProbe(
  record: ProbeRecord,
  hypothesis: Hypothesis,
  claims: readonly ClaimVerdict[],
): ProbeVerdict['mark'] {
  const bounds = claims.flatMap(({ thresholds }) => thresholds).filter(({ probe }) => probe === record.probe.probe);
  if (bounds.some(({ holds }) => !holds)) return 'broken';
  if (bounds.some(({ thin }) => thin)) return 'thin';
  if (bounds.length > 0) return 'holds';

  const expected = hypothesis.mustFeel.filter(({ of }) => chooses(of, record.probe));
  if (expected.length === 0) return 'measured';
  const felt = expected.every(
    ({ fault }) => record.impacts.find((impact) => impact.fault === fault)?.impatient.kind === 'outage',
  );
  return felt ? 'felt' : 'not-felt';
}
