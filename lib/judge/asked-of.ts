import type { SiteName } from '../journal/entry.ts';
import type { Hypothesis, Selector } from './hypothesis.ts';

/** What the configuration, or the cluster, leaves out of a run on purpose. */
export interface LeftOut {
  readonly sites: readonly SiteName[];
  readonly dnsConfigs: readonly string[];
}

/**
 * The part of a hypothesis that a run can answer: without the bounds on set-ups that it leaves out, and without claims that have none left.
 * What names a set-up that nobody knows stays in, and is inconclusive.
 */
export function askedOf(hypothesis: Hypothesis, leftOut: LeftOut): Hypothesis {
  const asked = ({ of }: { readonly of: Selector }) => !isLeftOut(of, leftOut);
  return {
    ...hypothesis,
    claims: hypothesis.claims.flatMap((claim) => {
      const thresholds = claim.thresholds.filter(asked);
      return thresholds.length === 0 && claim.thresholds.length > 0 ? [] : [{ ...claim, thresholds }];
    }),
    mustFeel: hypothesis.mustFeel.filter(asked),
  };
}

function isLeftOut({ site, dnsConfig }: Selector, { sites, dnsConfigs }: LeftOut): boolean {
  return (
    (site !== undefined && sites.includes(site)) ||
    (dnsConfig !== undefined && site !== 'control' && dnsConfigs.includes(dnsConfig))
  );
}
