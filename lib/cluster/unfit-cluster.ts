import { localIpsOf, nodeCacheFlags } from '../kube/find-node-cache.ts';
import type { KubeNode, Pod, Service } from '../kube/types.ts';
import { ClusterRefused } from './cluster-refused.ts';
import { KubeconfigError } from '../kube/kubeconfig-error.ts';

/** What is read of somebody else's cluster before anything is created in it. */
export interface ClusterGlance {
  readonly nodes: readonly KubeNode[];
  readonly dnsService: Service | undefined;
  readonly nodeCachePods: readonly Pod[];
  readonly siteLabel: string;
}

/** Why a drill on this cluster would be wrong, as an error of one sentence; null when nothing speaks against it. */
export function unfitCluster(glance: ClusterGlance): Error | null {
  return moreThanIpv4(glance) ?? wrongLabel(glance);
}

/** Probes ask for both families, but nameservers, captures and the resolvers' models are of IPv4 alone, and nothing else was tried. */
function moreThanIpv4({ nodes, dnsService }: ClusterGlance): ClusterRefused | null {
  const { clusterIP, clusterIPs, ipFamilies } = dnsService?.spec ?? {};
  const addresses = clusterIPs ?? (clusterIP === undefined ? [] : [clusterIP]);
  const node = nodes.find(({ spec }) => (spec?.podCIDRs ?? []).some(isIpv6));
  const told =
    addresses.some(isIpv6) || ipFamilies?.includes('IPv6') === true
      ? `Service ${dnsService?.metadata?.namespace ?? 'kube-system'}/${dnsService?.metadata?.name ?? 'kube-dns'} has ${addresses.join(' and ')}`
      : node === undefined
        ? null
        : `node ${node.metadata?.name ?? ''} has the pod ranges ${(node.spec?.podCIDRs ?? []).join(' and ')}`;
  return told === null
    ? null
    : new ClusterRefused(
        `this cluster has IPv6 (${told}), and only clusters with IPv4 alone are supported: a verdict on half of the lookups would be wrong. \`npx nodelocal-drill verify\` works here`,
      );
}

function isIpv6(text: string): boolean {
  return text.includes(':');
}

/** A site's name says where node-cache listens; claims and predictions rest on it. */
function wrongLabel({ nodes, dnsService, nodeCachePods, siteLabel }: ClusterGlance): KubeconfigError | null {
  const kubeDnsIp = dnsService?.spec?.clusterIP;
  for (const { metadata } of nodes) {
    const [name, site] = [metadata?.name ?? '', metadata?.labels?.[siteLabel]];
    const pod = nodeCachePods.find(({ spec }) => spec?.nodeName === name);
    const listens = pod === undefined ? [] : localIpsOf(nodeCacheFlags(pod));
    if (listens.length === 0 || kubeDnsIp === undefined || (site !== 'both' && site !== 'link-local')) continue;
    const fits = listens.includes(kubeDnsIp) ? 'both' : 'link-local';
    if (site !== fits)
      return new KubeconfigError(
        `node ${name} is labelled ${siteLabel}=${site}, and node-cache listens on ${listens.join(' and ')} there, which is ${fits}: \`kubectl label --overwrite node ${name} ${siteLabel}=${fits}\``,
      );
  }
  return null;
}
