import type { DnsConfig } from '../journal/entry.ts';

/** What the nameservers of a dnsConfig depend on. */
export interface ClusterDns {
  readonly localIp: string;
  readonly kubeDnsIp: string;
  /** ClusterIP of kube-dns-upstream; null where there is none. */
  readonly kubeDnsUpstreamIp: string | null;
  readonly domain: string;
}

export interface DnsConfigOptions {
  readonly dns: ClusterDns;
  /** Namespace of the probe pods, for the search list. */
  readonly namespace: string;
  readonly ndots: number;
}

export type PresetName = 'single' | 'single-2s' | 'fallback' | 'fallback-upstream' | 'stock';

/**
 * One of the set-ups that the drill compares. They differ in their nameservers and `timeout:` alone: ndots and searches are the
 * same, so that they can be compared pair by pair (docs/architecture.md, "One injection, many victims"). The stock pod is the
 * exception: kubelet writes its resolv.conf, and `nameservers` here is empty until that was read.
 */
export function dnsConfigPreset(name: PresetName, options: DnsConfigOptions): DnsConfig {
  const { localIp, kubeDnsIp } = options.dns;
  switch (name) {
    case 'single':
      return config(name, [localIp], null, options);
    case 'single-2s':
      return config(name, [localIp], 2, options);
    case 'fallback':
      return config(name, [localIp, kubeDnsIp], 2, options);
    case 'fallback-upstream':
      return config(name, [localIp, upstreamOf(options.dns)], 2, options);
    case 'stock':
      return { name, nameservers: [], searches: [], ndots: 5, timeoutS: null, attempts: null, stock: true };
  }
}

/** For a probe that asks one nameserver by itself; its resolv.conf names that server, and is not used. */
export function askDirectly(
  nameserver: 'node-cache' | 'kube-dns' | 'kube-dns-upstream',
  options: DnsConfigOptions,
): DnsConfig {
  const { localIp, kubeDnsIp } = options.dns;
  const server =
    nameserver === 'node-cache' ? localIp : nameserver === 'kube-dns' ? kubeDnsIp : upstreamOf(options.dns);
  return config(`ask-${nameserver}`, [server], 2, options);
}

/** For the control where there is no node for it: the pod of CoreDNS is asked, and no other server. */
export function coreDnsPodOnly(podIp: string, options: DnsConfigOptions): DnsConfig {
  return config('coredns-pod', [podIp], null, options);
}

function config(
  name: string,
  nameservers: readonly string[],
  timeoutS: number | null,
  { dns, namespace, ndots }: DnsConfigOptions,
): DnsConfig {
  const searches = [`${namespace}.svc.${dns.domain}`, `svc.${dns.domain}`, dns.domain];
  return { name, nameservers: [...nameservers], searches, ndots, timeoutS, attempts: null, stock: false };
}

function upstreamOf({ kubeDnsUpstreamIp }: ClusterDns): string {
  if (kubeDnsUpstreamIp === null)
    throw new Error('the cluster has no Service kube-dns-upstream, so no dnsConfig can name it as second nameserver');
  return kubeDnsUpstreamIp;
}
