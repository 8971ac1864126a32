import type { Probe } from '../journal/entry.ts';

/**
 * The order in which reports show probes: from the barest set-up to the one that others are compared with, then by site and resolver. The
 * journal's own is the order in which their pods happened to start. Names that are not known here come after, as they are.
 */
export function inPageOrder(a: Probe, b: Probe): number {
  const [ranksA, ranksB] = [ranks(a), ranks(b)];
  for (const [i, rank] of ranksA.entries()) {
    const difference = rank - (ranksB[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const dnsConfigs = ['single', 'single-2s', 'fallback', 'fallback-upstream', 'stock'];
const sites = ['both', 'link-local', 'control'];
const resolvers = ['glibc', 'musl', 'go', 'c-ares', 'wire'];

function ranks({ site, dnsConfig, resolver }: Probe): readonly number[] {
  return [
    rankIn(sites, site === 'control' ? site : 'both'),
    rankIn(dnsConfigs, dnsConfig.name),
    rankIn(sites, site),
    rankIn(resolvers, resolver),
  ];
}

function rankIn(order: readonly string[], name: string): number {
  const rank = order.indexOf(name);
  return rank < 0 ? order.length : rank;
}
