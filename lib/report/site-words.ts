import type { ClusterFacts, SiteName } from '../journal/entry.ts';

/** On which addresses node-cache listens at a site, in the words of the matrix. */
export const listensOn: Readonly<Record<SiteName, string>> = {
  both: 'both addresses',
  'link-local': 'link-local only',
  control: 'untouched node',
};

/** The name by which people know a nameserver's address in this cluster; the address itself when it has none. */
export function serverName(cluster: ClusterFacts, address: string): string {
  if (address === cluster.localIp) return 'node-cache';
  if (address === cluster.kubeDnsIp) return 'kube-dns';
  if (address === cluster.kubeDnsUpstreamIp) return 'kube-dns-upstream';
  return address;
}
