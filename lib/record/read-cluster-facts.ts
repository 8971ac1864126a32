import { nodeCacheImage } from '../cluster/images.ts';
import type { Site } from '../config/site.ts';
import type { ClusterFacts } from '../journal/entry.ts';
import type { Kube } from '../kube/kube.ts';
import { readDnsService } from '../kube/find-dns-service.ts';
import { localIpsOf, nodeCacheFlags } from '../kube/find-node-cache.ts';
import { listNodes, listPods, readConfigMap, readService } from '../kube/objects.ts';
import { proxyModeOf } from '../kube/proxy-mode.ts';
import { isReady } from '../kube/pod-state.ts';
import type { KubeNode, Pod } from '../kube/types.ts';

export interface FactsOptions {
  readonly kind: string;
  /** Null: what node-cache says itself, by its flag `-localip`. */
  readonly localIp: string | null;
  readonly sites: readonly Site[];
  readonly nodeCache: { readonly namespace: string; readonly selector: string };
  /** What the cluster's maker knows better than its API server tells. */
  readonly known: Partial<Pick<ClusterFacts, 'nodeCache' | 'kubeProxyMode' | 'packages'>>;
  readonly signal: AbortSignal;
}

/** What can be read from any cluster through its API server; what it does not tell is `unknown`. */
export async function readClusterFacts(kube: Kube, options: FactsOptions): Promise<ClusterFacts> {
  const { signal, sites, known } = options;
  const [nodes, version, kubeDns, upstream, proxyConfig, coreDns, nodeCachePods] = await Promise.all([
    listNodes(kube, signal),
    kube.json<{ readonly gitVersion: string }>('GET', '/version', { signal }),
    readDnsService(kube, signal),
    readService(kube, { namespace: 'kube-system', name: 'kube-dns-upstream' }, signal),
    readConfigMap(kube, { namespace: 'kube-system', name: 'kube-proxy' }, signal),
    listPods(kube, { namespace: 'kube-system', labels: 'k8s-app=kube-dns' }, signal),
    listPods(kube, { namespace: options.nodeCache.namespace, labels: options.nodeCache.selector }, signal),
  ]);
  const kubeDnsIp = kubeDns?.spec?.clusterIP;
  if (kubeDnsIp === undefined)
    throw new Error(
      'the cluster has no Service of cluster DNS with a ClusterIP: neither kube-dns nor coredns in kube-system, nor one there with the label k8s-app=kube-dns (found by name only where Services of kube-system may not be listed)',
    );
  const dnsOfNodes = await Promise.all(nodes.map((node) => kubeletDns(kube, node, signal)));
  const info = nodes[0]?.status?.nodeInfo;
  return {
    kind: options.kind,
    context: kube.context,
    kubernetesVersion: version.gitVersion,
    containerRuntime: info?.containerRuntimeVersion ?? 'unknown',
    kernel: info?.kernelVersion ?? 'unknown',
    kubeProxyMode: known.kubeProxyMode ?? proxyModeOf(proxyConfig?.data?.['config.conf']) ?? 'unknown',
    domain: dnsOfNodes.find((dns) => dns !== null)?.domain ?? 'cluster.local',
    kubeDnsIp,
    kubeDnsUpstreamIp: upstream?.spec?.clusterIP ?? null,
    localIp: options.localIp ?? ownLocalIp(nodeCachePods.items, kubeDnsIp) ?? usualLocalIp,
    nodes: nodes.map((node, index) => ({
      name: node.metadata?.name ?? '',
      site: sites.find((site) => site.node === node.metadata?.name)?.name ?? null,
      ip: node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
      clusterDns: dnsOfNodes[index]?.clusterDns ?? null,
    })),
    nodeCache: known.nodeCache ?? nodeCacheFacts(nodeCachePods.items[0]),
    coreDns: {
      version: imageOf(coreDns.items[0]),
      replicas: coreDns.items.length,
      nodes: [...new Set(coreDns.items.map(({ spec }) => spec?.nodeName ?? 'none'))].sort(),
      podIps: coreDns.items.filter(isReady).flatMap(({ status }) => status?.podIP ?? []),
    },
    ...(known.packages === undefined ? {} : { packages: known.packages }),
  };
}

/** What the addon's manifest proposes (kubernetes/kubernetes cluster/addons/dns/nodelocaldns/README.md); of use only where no node-cache is. */
const usualLocalIp = '169.254.20.10';

/** Of the addresses that node-cache listens on, the one that is its own. Undefined without node-cache. */
function ownLocalIp(pods: readonly Pod[], kubeDnsIp: string): string | undefined {
  return pods.flatMap((pod) => localIpsOf(nodeCacheFlags(pod))).find((ip) => ip !== kubeDnsIp);
}

/** kubelet's own settings, by its configz endpoint; null where that may not be read. */
async function kubeletDns(
  kube: Kube,
  node: KubeNode,
  signal: AbortSignal,
): Promise<{ readonly clusterDns: string; readonly domain: string } | null> {
  try {
    const { kubeletconfig } = await kube.json<{
      readonly kubeletconfig: { readonly clusterDNS?: readonly string[]; readonly clusterDomain?: string };
    }>('GET', `/api/v1/nodes/${node.metadata?.name ?? ''}/proxy/configz`, { signal });
    return {
      clusterDns: (kubeletconfig.clusterDNS ?? []).join(', '),
      domain: kubeletconfig.clusterDomain ?? 'cluster.local',
    };
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

function nodeCacheFacts(pod: Pod | undefined): ClusterFacts['nodeCache'] {
  const image = imageOf(pod);
  return {
    program: image,
    version: image.split(':').at(-1) ?? 'unknown',
    standIn: image === nodeCacheImage,
    linkMadeByInitContainer: (pod?.spec?.initContainers?.length ?? 0) > 0,
  };
}

function imageOf(pod: Pod | undefined): string {
  return pod?.spec?.containers[0]?.image ?? 'unknown';
}
