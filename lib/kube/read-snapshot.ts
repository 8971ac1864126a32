import { corefileConfigMap, nodeCacheContainer } from './find-node-cache.ts';
import { isNotFound, KubeError } from './kube-error.ts';
import { listAll } from './list-all.ts';
import type { Look } from './look.ts';
import { inNamespace, type ObjectRef } from './objects.ts';
import { glanceAtPod } from './pod-glance.ts';
import type { ClusterSnapshot } from './snapshot.ts';
import type { ConfigMap, DaemonSet, KubeNode, Pod, RedirectPolicy, Service } from './types.ts';

/**
 * Reads all that `verify` asks of a cluster: GET and LIST alone. What the user may not read is left out and named; pods, nodes and
 * DaemonSets must be readable.
 * @throws KubeError, also for a right that is missing
 */
export async function readSnapshot(look: Look, signal: AbortSignal): Promise<ClusterSnapshot> {
  const unreadable: string[] = [];
  const maybe = async <T, Missing, Forbidden>(answer: Promise<T>, missing: Missing, forbidden: Forbidden) => {
    try {
      return await answer;
    } catch (error) {
      if (isNotFound(error)) return missing;
      if (!isForbidden(error)) throw error;
      unreadable.push(error.message);
      return forbidden;
    }
  };
  const all = <T>(path: string) => listAll(look, path, (item) => item as T, signal);

  const [version, nodes, pods, daemonSets, services, redirectPolicies] = await Promise.all([
    look.get<{ readonly gitVersion: string }>('/version', signal),
    all<KubeNode>('/api/v1/nodes'),
    listAll(look, '/api/v1/pods', (pod) => glanceAtPod(pod as Pod), signal),
    all<DaemonSet>('/apis/apps/v1/daemonsets'),
    maybe(all<Service>('/api/v1/services'), [], []),
    maybe(all<RedirectPolicy>(redirectPoliciesPath), [], null),
  ]);
  const configMaps = await Promise.all(
    configMapsToRead(daemonSets).map(({ namespace, name }) =>
      maybe(look.get<ConfigMap>(`${inNamespace(namespace, 'configmaps')}/${name}`, signal), null, null),
    ),
  );
  return {
    context: look.context,
    kubernetesVersion: version.gitVersion,
    nodes,
    pods,
    services,
    daemonSets,
    configMaps: configMaps.filter((found) => found !== null),
    redirectPolicies,
    unreadable,
  };
}

const redirectPoliciesPath = '/apis/cilium.io/v2/ciliumlocalredirectpolicies';

function isForbidden(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 403;
}

/** Each by its name: the right to list ConfigMaps is never asked for. */
function configMapsToRead(daemonSets: readonly DaemonSet[]): readonly ObjectRef[] {
  const ofNodeCache = daemonSets
    .filter((daemonSet) => nodeCacheContainer(daemonSet) !== null)
    .map((daemonSet) => ({ namespace: daemonSet.metadata?.namespace ?? '', name: corefileConfigMap(daemonSet) ?? '' }))
    .filter(({ name }) => name !== '');
  const known = knownConfigMaps.map((name) => ({ namespace: 'kube-system', name }));
  return [...new Map([...known, ...ofNodeCache].map((ref) => [`${ref.namespace}/${ref.name}`, ref])).values()];
}

/** In kube-system, with CoreDNS's Corefile: kubeadm, k3s, kubespray; RKE2. */
export const coreDnsConfigMaps = ['coredns', 'rke2-coredns-rke2-coredns'] as const;

/**
 * CoreDNS's Corefile, node-cache's stub domains, kube-proxy's configuration (kubeadm; EKS), kubelet's and the
 * cluster's (kubeadm), Cilium's.
 */
const knownConfigMaps = [
  ...coreDnsConfigMaps,
  'kube-dns',
  'kube-proxy',
  'kube-proxy-config',
  'kubelet-config',
  'kubeadm-config',
  'cilium-config',
];
