import { requireAllowedContext } from './allowed-context.ts';
import { Kube } from './kube.ts';
import { loadKubeconfig } from './load-kubeconfig.ts';

export interface ConnectOptions {
  readonly kubeconfigPath: string;
  readonly context: string;
  /** Contexts that may be harmed. */
  readonly allowContexts: readonly string[];
}

/** An API server that may be changed. A context that may not be harmed is refused before the first request. */
export async function connect({ kubeconfigPath, context, allowContexts }: ConnectOptions): Promise<Kube> {
  requireAllowedContext(context, allowContexts);
  return new Kube(await loadKubeconfig(kubeconfigPath, context), context);
}
