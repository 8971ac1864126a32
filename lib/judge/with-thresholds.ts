import type { Hypothesis, Threshold } from './hypothesis.ts';

/**
 * The hypothesis with other limits, for judging a saved journal again. Each override names the setting that a threshold
 * came from; its value is in that threshold's unit (ns, or a number of lookups). Evidence limits are not thresholds: what
 * was too little evidence for a pass then still is.
 */
export function withThresholds(hypothesis: Hypothesis, overrides: Readonly<Record<string, number>>): Hypothesis {
  const settings = new Set(hypothesis.claims.flatMap(({ thresholds }) => thresholds.map(({ setting }) => setting)));
  const unknown = Object.keys(overrides).find((setting) => !settings.has(setting));
  if (unknown !== undefined) {
    throw new Error(`no threshold comes from the setting "${unknown}"; there are: ${[...settings].sort().join(', ')}`);
  }
  return {
    ...hypothesis,
    claims: hypothesis.claims.map((claim) => ({
      ...claim,
      thresholds: claim.thresholds.map((threshold) => withLimit(threshold, overrides[threshold.setting])),
    })),
  };
}

function withLimit(threshold: Threshold, limit: number | undefined): Threshold {
  if (limit === undefined) return threshold;
  const isCount = threshold.metric === 'failed-lookups';
  if (!(limit >= 0) || !Number.isFinite(limit) || (isCount && !Number.isInteger(limit))) {
    throw new Error(`${threshold.setting}: ${limit} is no ${isCount ? 'number of lookups' : 'duration in ns'}`);
  }
  return isCount ? { ...threshold, atMost: limit } : { ...threshold, limitNs: limit };
}
