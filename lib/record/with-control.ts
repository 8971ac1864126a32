import { isUnderTest, type Site } from '../config/site.ts';
import type { ClusterFacts, SiteName } from '../journal/entry.ts';

/**
 * Where no node is labelled as control, as on a cluster of one node, the control shares a node under test and asks a CoreDNS pod by its own
 * address: node-cache never binds that, and no Service leads to it, so what its lookups feel is not the fault. Without a CoreDNS pod that is
 * Ready there is no control.
 */
export function withControl(
  sites: readonly Site[],
  wanted: readonly SiteName[],
  { coreDns }: Pick<ClusterFacts, 'coreDns'>,
): readonly Site[] {
  const host = sites.find(isUnderTest);
  const asksCoreDnsPod = coreDns.podIps?.toSorted()[0];
  const isWanted = wanted.includes('control') && !sites.some(({ name }) => name === 'control');
  if (!isWanted || host === undefined || asksCoreDnsPod === undefined) return sites;
  return [...sites, { name: 'control', node: host.node, asksCoreDnsPod }];
}
