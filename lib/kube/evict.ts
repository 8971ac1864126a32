import { isNotFound, KubeError } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { podPath, type ObjectRef } from './objects.ts';

/**
 * Asks for the eviction of a pod, as `kubectl drain` does; its PodDisruptionBudgets are honoured by the API server.
 * @returns null when it is on its way, or gone; else why it may not go yet (429: a PodDisruptionBudget)
 */
export async function evict(kube: Kube, { namespace, name }: ObjectRef, signal: AbortSignal): Promise<string | null> {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } };
  try {
    await kube.json('POST', `${podPath({ namespace, name })}/eviction`, { body, signal });
    return null;
  } catch (error) {
    if (isNotFound(error)) return null;
    if (error instanceof KubeError && error.status === 429) return error.message;
    throw error;
  }
}
