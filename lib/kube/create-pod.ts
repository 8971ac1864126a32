import pRetry from 'p-retry';
import { KubeError } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { inNamespace } from './objects.ts';
import type { Pod } from './types.ts';

/** A new namespace lacks its ServiceAccount for a moment, and the API server refuses pods until its cache has it: 10 s in all. */
const patience = { retries: 40, minTimeout: 250, factor: 1 } as const;

export async function createPod(kube: Kube, pod: Pod, signal: AbortSignal): Promise<Pod> {
  const path = inNamespace(pod.metadata?.namespace ?? 'default', 'pods');
  return pRetry(async () => kube.json<Pod>('POST', path, { body: pod, signal }), {
    ...patience,
    signal,
    shouldRetry: ({ error }) => isTooEarly(error),
  });
}

function isTooEarly(error: unknown): boolean {
  return error instanceof KubeError && error.status === 403 && error.message.includes('service account');
}
