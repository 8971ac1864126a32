import type { PodGlance } from './pod-glance.ts';
import type { ConfigMap, DaemonSet, KubeNode, RedirectPolicy, Service } from './types.ts';

/** What was read of a cluster to say how its DNS is set up; nothing of it is judged yet. */
export interface ClusterSnapshot {
  readonly context: string;
  readonly kubernetesVersion: string;
  readonly nodes: readonly KubeNode[];
  readonly pods: readonly PodGlance[];
  readonly services: readonly Service[];
  readonly daemonSets: readonly DaemonSet[];
  /** Those of kube-system and of node-cache's namespace that say something of DNS, and are there. */
  readonly configMaps: readonly ConfigMap[];
  /** Empty where Cilium's kind is not there; null: may not be read. */
  readonly redirectPolicies: readonly RedirectPolicy[] | null;
  /** What the kubeconfig's user may not read, in the API server's words. */
  readonly unreadable: readonly string[];
}
