import type { DrillConfig } from '../config/drill-config.ts';
import { cordonAnnotation } from '../kube/cordon.ts';
import type { Kube } from '../kube/kube.ts';
import { readLease } from '../kube/leases.ts';
import { listNodes, listPods, readNamespace } from '../kube/objects.ts';
import { isBeingDeleted, isReady } from '../kube/pod-state.ts';
import { runLabel } from '../kube/run-labels.ts';
import { leaseName } from '../kube/run-lease.ts';
import type { KubeNode } from '../kube/types.ts';
import { sleep } from '../time/sleep.ts';
import { nowNs } from '../time/now-ns.ts';

/** What of a cluster must be after a run as it was before. */
export interface ClusterState {
  readonly nodes: ReadonlyMap<string, NodeState>;
  /** Names of nodes with a Ready pod of node-cache. */
  readonly nodeCacheReadyOn: ReadonlySet<string>;
  readonly namespace: boolean;
  readonly lease: boolean;
  /** Pods with the label of a run in the suite's namespace. */
  readonly pods: readonly string[];
}

interface NodeState {
  readonly cordoned: boolean;
  readonly cordonedByRun: boolean;
  readonly labels: string;
  readonly taints: string;
}

/** One thing that is not as it was. `ours`: only the suite does such a thing, so that it was left behind; else somebody may have changed it meanwhile. */
export interface Difference {
  readonly what: string;
  readonly ours: boolean;
}

type Where = Pick<DrillConfig, 'nodeLocal' | 'probes'>;

export async function readClusterState(
  kube: Kube,
  { nodeLocal, probes }: Where,
  signal: AbortSignal,
): Promise<ClusterState> {
  const { namespace, selector } = nodeLocal;
  const [nodes, nodeCache, ownNamespace, lease, pods] = await Promise.all([
    listNodes(kube, signal),
    listPods(kube, { namespace, labels: selector }, signal),
    readNamespace(kube, probes.namespace, signal),
    readLease(kube, { namespace, name: leaseName }, signal),
    listPods(kube, { namespace: probes.namespace, labels: runLabel }, signal),
  ]);
  return {
    nodes: new Map(nodes.map((node) => [node.metadata?.name ?? '', stateOf(node)])),
    nodeCacheReadyOn: new Set(
      nodeCache.items.filter((pod) => isReady(pod) && !isBeingDeleted(pod)).map(({ spec }) => spec?.nodeName ?? ''),
    ),
    namespace: ownNamespace !== null,
    lease: lease !== null,
    pods: pods.items.map(({ metadata }) => metadata?.name ?? ''),
  };
}

/** What is not as it was before the run, in sentences; what was left by an earlier run, and is gone now, is no difference. */
export function differencesOf(
  before: ClusterState,
  after: ClusterState,
  { nodeLocal, probes }: Where,
): readonly Difference[] {
  const ours = (isLeft: boolean, what: string) => (isLeft ? [{ what, ours: true }] : []);
  return [
    ...ours(after.namespace && !before.namespace, `namespace ${probes.namespace} is still there`),
    ...ours(
      after.pods.length > 0,
      `${after.pods.length} pods of a run are still in namespace ${probes.namespace}: ${after.pods.slice(0, 3).join(', ')}`,
    ),
    ...ours(after.lease && !before.lease, `the Lease ${nodeLocal.namespace}/${leaseName} is still there`),
    ...[...before.nodes.keys(), ...after.nodes.keys()]
      .filter((node, index, all) => all.indexOf(node) === index)
      .flatMap((node) => nodeDifferences(node, before, after)),
  ];
}

function nodeDifferences(name: string, before: ClusterState, after: ClusterState): readonly Difference[] {
  const was = before.nodes.get(name);
  const is = after.nodes.get(name);
  if (was === undefined) return [{ what: `node ${name} has joined`, ours: false }];
  if (is === undefined) return [{ what: `node ${name} is gone`, ours: false }];
  const lost = before.nodeCacheReadyOn.has(name) && !after.nodeCacheReadyOn.has(name);
  return [
    ...(lost ? [{ what: `node-cache on ${name} was Ready, and is not`, ours: true }] : []),
    ...(is.cordonedByRun ? [{ what: `node ${name} is still cordoned by a run`, ours: true }] : []),
    ...(is.cordoned !== was.cordoned && !is.cordonedByRun && !was.cordonedByRun
      ? [
          {
            what: `node ${name} was ${was.cordoned ? 'cordoned' : 'not cordoned'}, and is ${is.cordoned ? 'now' : 'no more'}`,
            ours: false,
          },
        ]
      : []),
    ...(is.labels === was.labels ? [] : [{ what: `labels of node ${name} have changed`, ours: false }]),
    ...(is.taints === was.taints ? [] : [{ what: `taints of node ${name} have changed`, ours: false }]),
  ];
}

/** Deletions take some seconds: looked at until nothing of ours is left, or `deadlineNs` has passed. */
export async function compareWithStart(
  kube: Kube,
  before: ClusterState,
  where: Where,
  { deadlineNs, signal }: { readonly deadlineNs: number; readonly signal: AbortSignal },
): Promise<readonly Difference[]> {
  const begunNs = nowNs();
  for (;;) {
    const differences = differencesOf(before, await readClusterState(kube, where, signal), where);
    if (!differences.some(({ ours }) => ours) || nowNs() - begunNs > deadlineNs) return differences;
    await sleep(500e6, signal);
  }
}

/** The taint that follows a cordon is not counted twice. */
function stateOf({ metadata, spec }: KubeNode): NodeState {
  const taints = (spec?.taints ?? []).filter(({ key }) => key !== 'node.kubernetes.io/unschedulable');
  return {
    cordoned: spec?.unschedulable === true,
    cordonedByRun: metadata?.annotations?.[cordonAnnotation] !== undefined,
    labels: JSON.stringify(Object.entries(metadata?.labels ?? {}).sort()),
    taints: JSON.stringify(taints.map(({ key, value, effect }) => `${key}=${value ?? ''}:${effect}`).sort()),
  };
}
