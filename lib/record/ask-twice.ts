import { UndoStack } from '../fault/undo-stack.ts';
import { createPod } from '../kube/create-pod.ts';
import { readLog } from '../kube/follow-log.ts';
import type { Kube } from '../kube/kube.ts';
import { deletePods, listPods, type PodFilter } from '../kube/objects.ts';
import { PodTracker } from '../kube/pod-tracker.ts';
import { roleLabel, runLabel } from '../kube/run-labels.ts';
import { ensureNamespace, removeNamespace, sweep } from '../kube/sweep.ts';
import { waitForEnd } from '../kube/wait-for-pod.ts';
import { parseAskedTwice, type AskedTwice } from '../probe/asked-twice.ts';
import { askTwicePod, type AskTwicePlan } from '../probe/ask-twice-pod.ts';
import { until } from '../time/until.ts';
import { leaseForRun, type ThisRun } from './lease-for-run.ts';

export interface AskTwiceOptions {
  readonly kube: Kube;
  readonly run: ThisRun;
  readonly plans: readonly AskTwicePlan[];
  /** Of node-cache: there the Lease lies that keeps a drill off meanwhile. */
  readonly leaseNamespace: string;
  readonly namespace: string;
  readonly image: string;
  /** For one pod to be pulled, started, and done. */
  readonly deadlineNs: number;
  /** For each thing that is put back. */
  readonly undoNs: number;
  readonly signal: AbortSignal;
}

/** What came of one node: what its pod saw, or why nothing. */
export interface NodeAsked {
  readonly plan: AskTwicePlan;
  readonly seen: AskedTwice | null;
  readonly failure: string | null;
}

/**
 * One short-lived pod on each planned node, one after the other: all of them are counted by the same CoreDNS. Whatever becomes of them, an interrupt included, they are deleted and seen to be gone
 * before this settles; the namespace goes too, if it was made here.
 * @throws InUse when a drill has the cluster; nothing was changed then
 */
export async function askTwiceOnNodes(options: AskTwiceOptions): Promise<readonly NodeAsked[]> {
  const undo = new UndoStack(options.undoNs);
  let asked: readonly NodeAsked[];
  try {
    asked = await askOnAll(options, undo);
  } catch (error) {
    // What could not be put back is seen by whoever looks what is left; the first error is the one to tell.
    await undo.run().catch(() => undefined);
    throw error;
  }
  await undo.run();
  return asked;
}

async function askOnAll(options: AskTwiceOptions, undo: UndoStack): Promise<readonly NodeAsked[]> {
  const { kube, run, namespace, plans, signal } = options;
  const lease = await leaseForRun(kube, run, options.leaseNamespace, { signal });
  undo.register('giving the Lease back', async () => lease[Symbol.asyncDispose]());
  undo.register(`removing namespace ${namespace}`, async (undoSignal) => removeNamespace(kube, namespace, undoSignal));
  undo.register(`deleting the pods in namespace ${namespace}`, async (undoSignal) => removePods(options, undoSignal));
  await ensureNamespace(kube, namespace, run.runId, signal);
  await sweep(kube, namespace, signal);
  await using tracker = new PodTracker(kube, podsOf(options));
  const asked: NodeAsked[] = [];
  for (const plan of plans) asked.push(await askOn(plan, tracker, options));
  return asked;
}

/** A node whose pod does not come up says why, and stops no other. */
async function askOn(plan: AskTwicePlan, tracker: PodTracker, options: AskTwiceOptions): Promise<NodeAsked> {
  const { kube, namespace, image, deadlineNs, signal } = options;
  try {
    const pod = askTwicePod(plan, { runId: options.run.runId, namespace, image, limitNs: deadlineNs });
    const ref = { namespace, name: pod.metadata?.name ?? '' };
    signal.throwIfAborted();
    await createPod(kube, pod, signal);
    await waitForEnd(kube, tracker, ref, { deadlineNs, signal });
    const log = await readLog(kube, ref, signal);
    if (log.some((line) => line.includes('Cannot find module')))
      throw new Error(`image ${image} is of an earlier release: make it anew (docs/images.md)`);
    return { plan, seen: parseAskedTwice(log), failure: null };
  } catch (error) {
    signal.throwIfAborted();
    return { plan, seen: null, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Again until none is listed: a request to create one may have been on its way. */
async function removePods(options: AskTwiceOptions, signal: AbortSignal): Promise<void> {
  const { kube, undoNs } = options;
  const gone = async () => {
    const { items } = await listPods(kube, podsOf(options), signal);
    if (items.length === 0) return true;
    await deletePods(kube, podsOf(options), 0, signal);
    return null;
  };
  const what = `the end of the pods in namespace ${options.namespace}`;
  await until(gone, { what, deadlineNs: undoNs, everyNs: 250e6, signal });
}

function podsOf({ namespace, run }: AskTwiceOptions): PodFilter & { readonly labels: string } {
  return { namespace, labels: `${runLabel}=${run.runId},${roleLabel}=ask-twice` };
}
