import type { Claim, Hypothesis, MustFeel, Selector, Threshold } from './hypothesis.ts';

/**
 * Builders with which an experiment states its hypothesis. Durations are in ns and come from the configuration, and every
 * bound names the setting that it came from, so that a reader of the verdict knows what to change.
 */
export function defineHypothesis(hypothesis: Hypothesis): Hypothesis {
  const names = hypothesis.claims.map(({ name }) => name);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw new Error(`two claims have the name "${double}"`);
  return hypothesis;
}

/** A claim in one sentence. Its name, for tables and JUnit, is made of the sentence unless it has one of its own. */
export function claim(
  sentence: string,
  {
    name = slug(sentence),
    why,
    thresholds,
  }: {
    readonly name?: string;
    readonly why: string;
    readonly thresholds: readonly (Threshold | readonly Threshold[])[];
  },
): Claim {
  return { name, claim: sentence, why, thresholds: thresholds.flat() };
}

/** A set-up that is known to be unsafe: a run in which it does not feel fault number `fault` proves nothing. */
export function mustFeel(of: Selector, { fault, why }: { readonly fault: number; readonly why: string }): MustFeel {
  return { of, fault, why };
}

/** Lookups that failed or were abandoned, from the first fault on. */
export function failedLookups(of: Selector): { atMost(lookups: number, setting: string): Threshold } {
  return { atMost: (lookups, setting) => ({ metric: 'failed-lookups', of, atMost: lookups, setting }) };
}

/** The worst latency from the due time, from the first fault on. */
export function slowestLookup(of: Selector): {
  atMost(limitNs: number, setting: string): Threshold;
  /** The `timeout:` of each probe's dnsConfig, or its resolver's default, plus `extraNs`. */
  atMostItsTimeoutPlus(extraNs: number, setting: string): Threshold;
} {
  const threshold = (limitNs: number, overTimeout: boolean, setting: string): Threshold => ({
    metric: 'slowest-lookup',
    of,
    limitNs,
    overTimeout,
    setting,
  });
  return {
    atMost: (limitNs, setting) => threshold(limitNs, false, setting),
    atMostItsTimeoutPlus: (extraNs, setting) => threshold(extraNs, true, setting),
  };
}

/** The at-most bound of the worst fault's outage; without a deadline the hard outage. */
export function outage(
  of: Selector,
  { deadlineNs = null }: { readonly deadlineNs?: number | null } = {},
): { atMost(limitNs: number, setting: string): Threshold } {
  return { atMost: (limitNs, setting) => ({ metric: 'outage', of, deadlineNs, limitNs, setting }) };
}

function slug(sentence: string): string {
  return sentence
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
