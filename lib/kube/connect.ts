import { requireAllowedContext } from './allowed-context.ts';
import { Kube, type KubeOptions } from './kube.ts';
import { loadKubeconfig } from './load-kubeconfig.ts';

export interface ConnectOptions extends Pick<KubeOptions, 'patienceNs'> {
  readonly kubeconfigPath: string;
  readonly context: string;
  /** Contexts that may be harmed. */
  readonly allowContexts: readonly string[];
}

/** An API server that may be changed. A context that may not be harmed is refused before the first request. */
export async function connect({
  kubeconfigPath,
  context,
  allowContexts,
  patienceNs = 0,
}: ConnectOptions): Promise<Kube> {
  requireAllowedContext(context, allowContexts);
  const reload = async () => loadKubeconfig(kubeconfigPath, context);
  return new Kube(await reload(), context, { reload, patienceNs });
}
