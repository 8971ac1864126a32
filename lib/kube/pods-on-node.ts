import { KubeError } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { hasEnded } from './pod-state.ts';
import type { Pod } from './types.ts';

/** All pods that are bound to a node and have not ended; null where that may not be read. */
export async function podsOnNode(kube: Kube, node: string, signal: AbortSignal): Promise<readonly Pod[] | null> {
  const query = new URLSearchParams({ fieldSelector: `spec.nodeName=${node}` });
  try {
    const { items } = await kube.json<{ readonly items: readonly Pod[] }>('GET', `/api/v1/pods?${query.toString()}`, {
      signal,
    });
    return items.filter((pod) => !hasEnded(pod));
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return null;
    throw error;
  }
}
