import { sleep } from '../time/sleep.ts';
import { KubeError } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { inNamespace } from './objects.ts';
import type { Pod } from './types.ts';

/** A new namespace lacks its ServiceAccount for a moment, and the API server refuses pods until its cache has it. */
const patience = 40;

export async function createPod(kube: Kube, pod: Pod, signal: AbortSignal): Promise<Pod> {
  const path = inNamespace(pod.metadata?.namespace ?? 'default', 'pods');
  for (let attempt = 1; ; attempt++) {
    try {
      return await kube.json<Pod>('POST', path, { body: pod, signal });
    } catch (error) {
      const early = error instanceof KubeError && error.status === 403 && error.message.includes('service account');
      if (!early || attempt === patience) throw error;
      await sleep(250e6, signal);
    }
  }
}
