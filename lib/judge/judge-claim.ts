import type { Claim, Threshold } from './hypothesis.ts';
import { judgeThreshold } from './judge-threshold.ts';
import type { ProbeRecord } from './probe-record.ts';
import { chooses, isAboutAbsentProgram } from './selector.ts';
import type { ClaimVerdict, Result, ThresholdVerdict } from './verdict.ts';

/**
 * A claim holds when every chosen probe keeps every bound. It is inconclusive when nobody is held to anything, or when a
 * bound names a set-up that this run has not: a misspelt name must not make a pass.
 */
export function judgeClaim(claim: Claim, records: readonly ProbeRecord[]): ClaimVerdict {
  const thresholds = claim.thresholds.flatMap((threshold) =>
    chosenBy(threshold, records).map((record) => judgeThreshold(threshold, record)),
  );
  const { name, claim: text, why } = claim;
  return { name, claim: text, why, result: resultOf(claim, thresholds, records), thresholds: worstFirst(thresholds) };
}

function resultOf(claim: Claim, thresholds: readonly ThresholdVerdict[], records: readonly ProbeRecord[]): Result {
  if (thresholds.some(({ holds }) => !holds)) return 'fail';
  const probes = records.map(({ probe }) => probe);
  const unmet = claim.thresholds.some(
    (threshold) => chosenBy(threshold, records).length === 0 && !isAboutAbsentProgram(threshold.of, probes),
  );
  return unmet || thresholds.length === 0 ? 'inconclusive' : 'pass';
}

function chosenBy({ of }: Threshold, records: readonly ProbeRecord[]): readonly ProbeRecord[] {
  return records.filter(({ probe }) => chooses(of, probe));
}

/** Broken before kept, and each by the share of its limit that it used up. */
function worstFirst(thresholds: readonly ThresholdVerdict[]): readonly ThresholdVerdict[] {
  return thresholds.toSorted((a, b) => Number(a.holds) - Number(b.holds) || usedUp(b) - usedUp(a));
}

function usedUp({ measured, limit }: ThresholdVerdict): number {
  if (measured === null) return Number.MAX_VALUE;
  if (measured === 0) return 0;
  return limit === 0 ? measured : measured / limit;
}
