import { source } from '../finding.ts';
import { ofPods } from './of-pods.ts';

/** node-cache's own address behind cluster DNS: kubelet appends dnsConfig, it never puts it first. */
export const cacheNeverFirst = ofPods(
  ({ nameservers, resolvConf }, { nodeCaches, kubeDns }) =>
    resolvConf.base !== 'node' &&
    nameservers
      .slice(1)
      .some(({ address }) => address !== kubeDns?.ip && nodeCaches.some(({ localIps }) => localIps.includes(address))),
  {
    severity: 'problem',
    what: (one) => `${one ? 'names' : 'name'} node-cache's address after another nameserver`,
    why: 'Resolvers ask in order, so the cache is asked only when the first nameserver fails. With dnsPolicy ClusterFirst, kubelet always appends the nameservers of dnsConfig to its own.',
    change: "Use dnsPolicy None with node-cache's address first, or set kubelet's clusterDNS.",
    sources: [source('kubernetes/kubernetes pkg/kubelet/network/dns/dns.go')],
  },
);
