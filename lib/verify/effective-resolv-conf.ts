import type { PodGlance } from '../kube/pod-glance.ts';

/** What decides a pod's resolv.conf. */
type DnsOfPod = Pick<PodGlance, 'namespace' | 'hostNetwork' | 'dnsPolicy' | 'dnsConfig'>;

/** What kubelet writes for cluster DNS: its `clusterDNS` and `clusterDomain`. */
export interface KubeletDns {
  readonly servers: readonly string[];
  readonly domain: string;
}

/** A pod's resolv.conf, as far as the API server knows. */
export interface EffectiveResolvConf {
  /** Where it begins: kubelet's cluster DNS, the node's own resolv.conf (whose servers are not known here), or nothing. */
  readonly base: 'cluster' | 'node' | 'none';
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  /** More nameservers than the three that kubelet writes (`MaxDNSNameservers`): these are left out. */
  readonly leftOut: readonly string[];
}

/**
 * resolv.conf as kubelet composes it (pkg/kubelet/network/dns/dns.go): the policy gives the beginning, then `dnsConfig` is appended. On the
 * host network ClusterFirst means Default. What the node's own resolv.conf says is not known.
 */
export function effectiveResolvConf(pod: DnsOfPod, kubelet: KubeletDns): EffectiveResolvConf {
  const base = baseOf(pod);
  const cluster = base === 'cluster';
  const { nameservers = [], searches = [], options = [] } = pod.dnsConfig;
  const servers = unique([...(cluster ? kubelet.servers : []), ...nameservers]);
  const { domain } = kubelet;
  return {
    base,
    nameservers: servers.slice(0, mostNameservers),
    leftOut: servers.slice(mostNameservers),
    searches: unique([...(cluster ? [`${pod.namespace}.svc.${domain}`, `svc.${domain}`, domain] : []), ...searches]),
    options: new Map([
      ...(cluster ? [['ndots', '5'] as const] : []),
      ...options.map(({ name = '', value = '' }) => [name, value] as const),
    ]),
  };
}

const mostNameservers = 3;

function baseOf({ dnsPolicy, hostNetwork }: DnsOfPod): EffectiveResolvConf['base'] {
  if (dnsPolicy === 'None') return 'none';
  if (dnsPolicy === 'ClusterFirstWithHostNet') return 'cluster';
  return dnsPolicy === 'ClusterFirst' && !hostNetwork ? 'cluster' : 'node';
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}
