import type { Hypothesis } from './hypothesis.ts';
import { chooses, type Selectable } from './selector.ts';

/**
 * The probes that a hypothesis can't do without: each that a claim bounds; and of those that must feel a fault one for each site and dnsConfig. The others make
 * the picture fuller, and no claim weaker or stronger.
 */
export function neededProbes(
  hypothesis: Hypothesis,
  probes: readonly (Selectable & { readonly id: string })[],
): ReadonlySet<string> {
  const thresholds = hypothesis.claims.flatMap((claim) => claim.thresholds);
  const bounded = probes.filter((probe) => thresholds.some(({ of }) => chooses(of, probe)));
  const felt = hypothesis.mustFeel.flatMap(({ of }) => firstOfEachSetUp(probes.filter((probe) => chooses(of, probe))));
  // Queries to one nameserver tell when it answered first: rule of measuring 10, recovery step by step.
  const wire = probes.filter(({ resolver }) => resolver === 'wire');
  return new Set([...bounded, ...felt, ...wire].map(({ id }) => id));
}

function firstOfEachSetUp<T extends Selectable>(chosen: readonly T[]): readonly T[] {
  return [...Map.groupBy(chosen, ({ site, dnsConfig }) => `${site} ${dnsConfig.name}`).values()].flatMap(
    (alike) => alike.find(({ rate }) => rate === 'busy') ?? alike[0] ?? [],
  );
}
