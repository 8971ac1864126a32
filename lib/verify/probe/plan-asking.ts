import { isIPv6 } from 'node:net';
import type { PodGlance } from '../../kube/pod-glance.ts';
import type { AskTwicePlan } from '../../probe/ask-twice-pod.ts';
import type { ClusterView } from '../cluster-view.ts';
import { coreDnsCorefiles } from '../cluster-settings.ts';
import { directivesOf, type ServerBlock } from '../corefile.ts';
import type { NodeCache } from '../node-cache.ts';
import { nodesWith } from '../nodes-with.ts';

export interface PlanAskingOptions {
  /** Where the pods will run. */
  readonly namespace: string;
  /** Labels that a node must have. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** At most so many nodes; null: one for each DaemonSet of node-cache, as all its nodes are alike by their manifest. */
  readonly mostNodes: number | null;
}

/** From which nodes is asked, and what: nodes that have a node-cache, of each DaemonSet in turn, by name. */
export function planAsking(view: ClusterView, options: PlanAskingOptions): readonly AskTwicePlan[] {
  const allowed = new Set(nodesWith(view.snapshot, options.nodeSelector));
  const queues = view.nodeCaches.map((nodeCache) => ({
    nodeCache,
    nodes: [...nodeCache.nodes].filter((node) => allowed.has(node)).sort(),
  }));
  const most = options.mostNodes ?? queues.filter(({ nodes }) => nodes.length > 0).length;
  const inTurn = Array.from({ length: Math.max(0, ...queues.map(({ nodes }) => nodes.length)) }, (_, index) =>
    queues.flatMap(({ nodeCache, nodes }) => {
      const node = nodes[index];
      return node === undefined ? [] : [{ nodeCache, node }];
    }),
  ).flat();
  const unique = [...new Map(inTurn.map((each) => [each.node, each])).values()];
  return unique.slice(0, most).map(({ nodeCache, node }) => planOf(nodeCache, node, view, options.namespace));
}

function planOf(nodeCache: NodeCache, node: string, view: ClusterView, namespace: string): AskTwicePlan {
  const own = nodeCache.listens.find((ip) => !view.serviceByIp.has(ip));
  return {
    node,
    suffix: `${namespace}.svc.${view.domain.value}`,
    servers: own === undefined ? [] : [own],
    metrics: [
      ...nodeCache.pods
        .filter((pod) => pod.node === node && !pod.leaving)
        .map((pod) => metricsOf('node-cache', pod, nodeCache.corefile ?? [], nodeCachePort)),
      ...coreDnsPods(view).map((pod) =>
        metricsOf('coredns', pod, coreDnsCorefiles(view.snapshot)[0]?.corefile ?? [], coreDnsPort),
      ),
    ],
  };
}

/** Of `prometheus :9253` in nodelocaldns.yaml; of `prometheus :9153` in kubeadm's Corefile. */
const nodeCachePort = '9253';
const coreDnsPort = '9153';

/** Where CoreDNS's plugin `prometheus` listens: on all addresses of its pod, or on one (coredns.io/plugins/metrics). */
function metricsOf(of: string, pod: PodGlance, corefile: readonly ServerBlock[], usualPort: string): string {
  const listens = directivesOf(corefile, 'prometheus')[0]?.args[0] ?? '';
  const port = /:(\d+)$/.exec(listens)?.[1] ?? usualPort;
  const host = listens.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  const ip = /^[\d.]+$/.test(host) && host !== '0.0.0.0' ? host : (pod.ip ?? '');
  return `${of}=http://${isIPv6(ip) ? `[${ip}]` : ip}:${port}/metrics`;
}

/** By the label that kubeadm's and all charts' manifests of CoreDNS set. */
function coreDnsPods({ snapshot }: ClusterView): readonly PodGlance[] {
  return snapshot.pods.filter(
    ({ namespace, labels, phase, leaving, ip }) =>
      namespace === 'kube-system' && labels['k8s-app'] === 'kube-dns' && phase === 'Running' && !leaving && ip !== null,
  );
}
