import { Kube } from './kube.ts';
import { loadKubeconfig } from './load-kubeconfig.ts';

/** An API server that is looked at: by its type there is no way to write through it. */
export interface Look {
  readonly context: string;
  get<T>(path: string, signal: AbortSignal): Promise<T>;
}

/** Loads a kubeconfig to look at a cluster through it; `context` null takes its current one. Any context may be looked at. */
export async function connectToLook(kubeconfigPath: string, context: string | null): Promise<Look> {
  const config = await loadKubeconfig(kubeconfigPath, context);
  const kube = new Kube(config, config.getCurrentContext());
  return { context: kube.context, get: (path, signal) => kube.json('GET', path, { signal }) };
}
