import { isNotFound } from '../../../lib/kube/kube-error.ts';
import type { Kube } from '../../../lib/kube/kube.ts';

/** A Deployment of kube-system as the API server has it; null when there is none. */
export async function readDeployment(kube: Kube, name: string): Promise<unknown> {
  const path = `/apis/apps/v1/namespaces/kube-system/deployments/${name}`;
  try {
    return await kube.json('GET', path, { signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
