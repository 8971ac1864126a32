import type { ClusterFacts, DnsConfig, Resolver, SiteName } from '../../journal/entry.ts';
import { listOf } from '../format.ts';

/** The name by which people know a nameserver of this cluster; its address when it has none. */
export function serverName(cluster: ClusterFacts, address: string): string {
  if (address === cluster.localIp) return 'node-cache';
  if (address === cluster.kubeDnsIp) return 'kube-dns';
  if (address === cluster.kubeDnsUpstreamIp) return 'kube-dns-upstream';
  if (cluster.coreDns.podIps?.includes(address) === true) return 'a CoreDNS pod';
  return address;
}

/** Whose DNS it is, by what sets it apart: `pods with kube-dns as second nameserver`. */
export function setUpInWords(cluster: ClusterFacts, resolver: Resolver, dnsConfig: DnsConfig): string {
  const [first, ...others] = dnsConfig.nameservers.map((nameserver) => serverName(cluster, nameserver));
  if (resolver === 'wire') return `queries sent to ${first ?? 'no nameserver'}`;
  if (dnsConfig.stock) return 'stock pods (ClusterFirst)';
  if (others.length === 0) return `pods with ${first ?? 'nothing'} as their only nameserver`;
  return `pods with ${listOf(others)} as second nameserver`;
}

/** The condition: ` where node-cache listens on both addresses`; empty when it is the same on every site under test. */
export function placeInWords(sites: ReadonlySet<SiteName>, all: ReadonlySet<SiteName>): string {
  if (sites.has('control')) return ' on a node that nothing was done to';
  if (sites.size !== 1 || all.size < 2) return '';
  return sites.has('both')
    ? ' where node-cache listens on both addresses'
    : ' where node-cache listens on the node-local address only';
}

/** `glibc`, `musl`, `Go`, `c-ares`, as people write them. */
export function resolverInWords(resolver: Resolver): string {
  return resolver === 'go' ? 'Go' : resolver;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
