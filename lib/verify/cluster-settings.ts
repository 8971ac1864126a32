import { parse } from 'yaml';
import { proxyModeOf } from '../kube/proxy-mode.ts';
import { coreDnsConfigMaps } from '../kube/read-snapshot.ts';
import type { ClusterSnapshot } from '../kube/snapshot.ts';
import { directivesOf, parseCorefile, type ServerBlock } from './corefile.ts';
import type { KubeletDns } from './effective-resolv-conf.ts';
import { parseGoFlags } from '../kube/go-flags.ts';
import { assume, read, type Told } from './told.ts';

/** How traffic to a ClusterIP reaches a pod: decides whether node-cache can stand in for kube-dns. */
export type ServiceProxy = 'iptables' | 'ipvs' | 'nftables' | 'cilium' | 'unknown';

/** kube-proxy's mode: its ConfigMap, its flags, Cilium in its place, or what k3s does unless told otherwise. */
export function serviceProxyOf(snapshot: ClusterSnapshot): Told<ServiceProxy> {
  const cilium = dataOf(snapshot, 'cilium-config')?.['kube-proxy-replacement'];
  if (cilium === 'true' || cilium === 'strict') return read('cilium', 'ConfigMap kube-system/cilium-config');
  const flag = proxyFlag(snapshot);
  if (flag !== undefined) return read(modeName(flag), "kube-proxy's flag --proxy-mode");
  for (const [name, key] of proxyConfigs) {
    const mode = proxyModeOf(dataOf(snapshot, name)?.[key]);
    if (mode !== null) return read(modeName(mode), `ConfigMap kube-system/${name}`);
  }
  return snapshot.kubernetesVersion.includes('+k3s')
    ? assume('iptables', 'what k3s does unless told otherwise')
    : assume('unknown', 'no readable ConfigMap of kube-proxy');
}

/** kubeadm and kind; EKS. */
const proxyConfigs = [
  ['kube-proxy', 'config.conf'],
  ['kube-proxy-config', 'config'],
] as const;

function proxyFlag({ daemonSets }: ClusterSnapshot): string | undefined {
  const containers = daemonSets.find(({ metadata }) => metadata?.name === 'kube-proxy')?.spec?.template.spec
    ?.containers;
  return parseGoFlags((containers ?? []).flatMap(({ command, args }) => [...(command ?? []), ...(args ?? [])])).get(
    'proxy-mode',
  );
}

function modeName(mode: string): ServiceProxy {
  return mode === 'iptables' || mode === 'ipvs' || mode === 'nftables' ? mode : 'unknown';
}

/** The cluster's DNS domain: of kubelet, of the cluster's own configuration, of CoreDNS. */
export function domainOf(snapshot: ClusterSnapshot): Told<string> {
  const kubelet = kubeletConfig(snapshot)?.clusterDomain;
  if (kubelet !== undefined && kubelet !== '') return read(kubelet, 'ConfigMap kube-system/kubelet-config');
  for (const { name, corefile } of coreDnsCorefiles(snapshot)) {
    const zone = directivesOf(corefile, 'kubernetes')[0]?.args[0];
    if (zone !== undefined) return read(zone.replace(/\.$/, ''), `ConfigMap kube-system/${name}`);
  }
  return assume('cluster.local', 'not told by any readable ConfigMap');
}

/** CoreDNS's, of the ConfigMaps that could be read. */
export function coreDnsCorefiles(
  snapshot: ClusterSnapshot,
): readonly { readonly name: string; readonly corefile: readonly ServerBlock[] }[] {
  return coreDnsConfigMaps.flatMap((name) => {
    const text = dataOf(snapshot, name)?.['Corefile'];
    return text === undefined ? [] : [{ name, corefile: parseCorefile(text) }];
  });
}

/** What kubelet writes into pods with cluster DNS; `told` is what the user says of it, which comes first. */
export function kubeletDnsOf(
  snapshot: ClusterSnapshot,
  { kubeDnsIp, told }: { readonly kubeDnsIp: string | null; readonly told: readonly string[] },
): Told<KubeletDns> {
  const domain = domainOf(snapshot).value;
  if (told.length > 0) return read({ servers: told, domain }, '--cluster-dns');
  const servers = kubeletConfig(snapshot)?.clusterDNS ?? [];
  if (servers.length > 0) return read({ servers, domain }, 'ConfigMap kube-system/kubelet-config');
  return assume(
    { servers: kubeDnsIp === null ? [] : [kubeDnsIp], domain },
    "kubelet's own settings need more rights than to view",
  );
}

interface KubeletConfig {
  readonly clusterDNS?: readonly string[];
  readonly clusterDomain?: string;
}

function kubeletConfig(snapshot: ClusterSnapshot): KubeletConfig | null {
  const text = dataOf(snapshot, 'kubelet-config')?.['kubelet'];
  if (text === undefined) return null;
  try {
    const config: unknown = parse(text, { version: '1.1' });
    return typeof config === 'object' && config !== null ? config : null;
  } catch {
    return null;
  }
}

function dataOf({ configMaps }: ClusterSnapshot, name: string): Readonly<Record<string, string>> | undefined {
  return configMaps.find(({ metadata }) => metadata?.namespace === 'kube-system' && metadata.name === name)?.data;
}
