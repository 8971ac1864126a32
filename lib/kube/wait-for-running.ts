import type { Kube } from './kube.ts';
import { listEvents, type ObjectRef } from './objects.ts';
import { cannotStart, isRunning, whyNotRunning } from './pod-state.ts';
import type { PodTracker } from './pod-tracker.ts';
import type { Pod } from './types.ts';

/** Waits until a tracked pod runs. The error says why it does not, in the words of kubelet and of the cluster's last event about it. */
export async function waitForRunning(
  kube: Kube,
  tracker: PodTracker,
  ref: ObjectRef,
  options: { readonly deadlineNs: number; readonly signal: AbortSignal },
): Promise<Pod> {
  const what = `pod ${ref.namespace}/${ref.name} to run`;
  const why = () => {
    const pod = tracker.pod(ref.name);
    return pod === undefined ? 'it is not there' : (whyNotRunning(pod) ?? `phase ${pod.status?.phase ?? 'unknown'}`);
  };
  const ask = () => {
    const pod = tracker.pod(ref.name);
    if (pod === undefined) return null;
    if (cannotStart(pod)) throw new Error(`${what}: it can't: ${why()}`);
    return isRunning(pod) ? pod : null;
  };
  try {
    return await tracker.waitFor(ask, { what, why, ...options });
  } catch (error) {
    options.signal.throwIfAborted();
    const events = await listEvents(kube, ref, options.signal).catch(() => []);
    const last = events.at(-1)?.message;
    if (last === undefined || !(error instanceof Error)) throw error;
    throw new Error(`${error.message}; last event: ${last}`, { cause: error });
  }
}
