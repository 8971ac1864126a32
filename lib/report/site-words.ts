import type { ClusterFacts, SiteName } from '../journal/entry.ts';

/** On which addresses node-cache listens at a site, in the words of the matrix. */
export const listensOn: Readonly<Record<SiteName, string>> = {
  both: 'both addresses',
  'link-local': 'link-local only',
  control: 'untouched node',
};

/** What a row of the matrix says of its place, at full length and in a narrow column. */
export interface PlaceWords {
  readonly long: string;
  readonly short: string;
}

/** The words for a site; a control without a node of its own is no untouched node, and is not called so. */
export function placeWords(site: SiteName, controlShares: boolean): PlaceWords {
  if (site === 'control' && controlShares) return { long: 'same node, past node-cache', short: 'same node' };
  return { long: listensOn[site], short: site === 'control' ? 'untouched' : site };
}

/** The name by which people know a nameserver's address in this cluster; the address itself when it has none. */
export function serverName(cluster: ClusterFacts, address: string): string {
  if (address === cluster.localIp) return 'node-cache';
  if (address === cluster.kubeDnsIp) return 'kube-dns';
  if (address === cluster.kubeDnsUpstreamIp) return 'kube-dns-upstream';
  if (cluster.coreDns.podIps?.includes(address) === true) return 'a CoreDNS pod';
  return address;
}
