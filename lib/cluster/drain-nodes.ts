import { cordon } from '../kube/cordon.ts';
import { evict } from '../kube/evict.ts';
import type { Kube } from '../kube/kube.ts';
import { isBeingDeleted } from '../kube/pod-state.ts';
import { podsOnNode } from '../kube/pods-on-node.ts';
import type { Pod } from '../kube/types.ts';
import { until } from '../time/until.ts';
import { planDrain } from './drained-pods.ts';

export interface DrainOptions {
  readonly nodes: readonly string[];
  readonly runId: string;
  readonly loseEmptyDir: boolean;
  /** For one node's pods to be gone. */
  readonly deadlineNs: number;
  /** Called before a node is cordoned: from then on it has to be uncordoned. */
  readonly beforeCordon: (node: string) => void;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A node that can't be drained without a loss. Nothing was changed. */
export class DrainRefused extends Error {
  override readonly name = 'DrainRefused';
}

/** Looks at the nodes, before anything is changed. @throws DrainRefused */
export async function refuseUndrainable(
  kube: Kube,
  { nodes, loseEmptyDir, signal }: Pick<DrainOptions, 'nodes' | 'loseEmptyDir' | 'signal'>,
): Promise<void> {
  for (const node of nodes) {
    const [refusal, ...more] = planDrain(await podsOf(kube, node, signal), { loseEmptyDir }).refusals;
    if (refusal !== undefined)
      throw new DrainRefused(
        `node ${node} can't be drained: ${refusal}${more.length === 0 ? '' : ` (and ${more.length} more)`}; nothing was changed`,
      );
  }
}

/** Cordons the nodes and evicts their pods, so that nobody but probes feels what is broken there. `refuseUndrainable` comes first. */
export async function drainNodes(kube: Kube, options: DrainOptions): Promise<void> {
  const { nodes, signal } = options;
  for (const node of nodes) {
    options.beforeCordon(node);
    await cordon(kube, node, options.runId, signal);
  }
  for (const node of nodes) await drain(kube, node, options);
}

async function drain(kube: Kube, node: string, { loseEmptyDir, deadlineNs, say, signal }: DrainOptions): Promise<void> {
  const { evicted, stay } = planDrain(await podsOf(kube, node, signal), { loseEmptyDir });
  say(`draining ${node}: ${evicted.length} pods are evicted, ${stay.length} belong to it and stay`);
  let waiting = evicted;
  let held: string | null = null;
  await until(
    async () => {
      for (const pod of waiting.filter((each) => !isBeingDeleted(each)))
        held = (await evict(kube, refOf(pod), signal)) ?? held;
      const there = new Map((await podsOf(kube, node, signal)).map((pod) => [pod.metadata?.uid, pod]));
      waiting = waiting.flatMap(({ metadata }) => there.get(metadata?.uid) ?? []);
      if (waiting.length === 0) return true;
      throw new Error(`${waiting.map(nameOf).join(', ')} still there${held === null ? '' : `; ${held}`}`);
    },
    { what: `the eviction of ${evicted.length} pods from ${node}`, deadlineNs, everyNs: 1e9, signal },
  );
}

async function podsOf(kube: Kube, node: string, signal: AbortSignal): Promise<readonly Pod[]> {
  const pods = await podsOnNode(kube, node, signal);
  if (pods === null)
    throw new DrainRefused(`node ${node} can't be drained: its pods may not be listed; nothing was changed`);
  return pods;
}

function refOf({ metadata }: Pod): { readonly namespace: string; readonly name: string } {
  return { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' };
}

function nameOf(pod: Pod): string {
  const { namespace, name } = refOf(pod);
  return `${namespace}/${name}`;
}
