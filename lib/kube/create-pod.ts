import pRetry from 'p-retry';
import { isConflict, isTransient, KubeError } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { inNamespace } from './objects.ts';
import type { Pod } from './types.ts';

/** An API server may restart meanwhile; and a new namespace lacks its ServiceAccount for a moment, and the API server refuses pods until its cache has it: 10 s in all. */
const patience = { retries: 40, minTimeout: 250, factor: 1 } as const;

export async function createPod(kube: Kube, pod: Pod, signal: AbortSignal): Promise<Pod> {
  const path = inNamespace(pod.metadata?.namespace ?? 'default', 'pods');
  let sent = 0;
  const create = async () => {
    try {
      sent += 1;
      return await kube.json<Pod>('POST', path, { body: pod, signal });
    } catch (error) {
      // The answer to an earlier attempt was lost, and not the pod.
      if (sent === 1 || !isConflict(error)) throw error;
      return await kube.json<Pod>('GET', `${path}/${pod.metadata?.name ?? ''}`, { signal });
    }
  };
  return pRetry(create, { ...patience, signal, shouldRetry: ({ error }) => isTooEarly(error) || isTransient(error) });
}

function isTooEarly(error: unknown): boolean {
  return error instanceof KubeError && error.status === 403 && error.message.includes('service account');
}
