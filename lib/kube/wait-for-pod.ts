import type { Kube } from './kube.ts';
import { listEvents, type ObjectRef } from './objects.ts';
import { cannotStart, hasEnded, isRunning, whyNotRunning } from './pod-state.ts';
import type { PodTracker } from './pod-tracker.ts';
import type { Pod } from './types.ts';

interface WaitOptions {
  readonly deadlineNs: number;
  readonly signal: AbortSignal;
}

/** Waits until a tracked pod runs. The error says why it does not, in the words of kubelet and of the cluster's last event about it. */
export async function waitForRunning(
  kube: Kube,
  tracker: PodTracker,
  ref: ObjectRef,
  options: WaitOptions,
): Promise<Pod> {
  return waitFor({ kube, tracker, ref, to: 'run', isThere: isRunning }, options);
}

/** Waits until a tracked pod has ended, well or not. The error says why it does not, as above. */
export async function waitForEnd(kube: Kube, tracker: PodTracker, ref: ObjectRef, options: WaitOptions): Promise<Pod> {
  return waitFor({ kube, tracker, ref, to: 'end', isThere: hasEnded }, options);
}

interface Awaited {
  readonly kube: Kube;
  readonly tracker: PodTracker;
  readonly ref: ObjectRef;
  readonly to: string;
  readonly isThere: (pod: Pod) => boolean;
}

async function waitFor({ kube, tracker, ref, to, isThere }: Awaited, options: WaitOptions): Promise<Pod> {
  const what = `pod ${ref.namespace}/${ref.name} to ${to}`;
  const why = () => {
    const pod = tracker.pod(ref.name);
    return pod === undefined ? 'it is not there' : (whyNotRunning(pod) ?? `phase ${pod.status?.phase ?? 'unknown'}`);
  };
  const ask = () => {
    const pod = tracker.pod(ref.name);
    if (pod === undefined) return null;
    if (isThere(pod)) return pod;
    if (cannotStart(pod)) throw new Error(`${what}: it can't: ${why()}`);
    return null;
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
