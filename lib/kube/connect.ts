import { requireAllowedContext } from './allowed-context.ts';
import { Kube } from './kube.ts';

export interface ConnectOptions {
  readonly kubeconfigPath: string;
  readonly context: string;
  /** Contexts that may be harmed. */
  readonly allowContexts: readonly string[];
}

/**
 * Loads a kubeconfig for one of its contexts. Nothing is sent: a context that may not be harmed is refused before the first request.
 * The client library is loaded here and not earlier, as that takes 0.6 s and 130 MB.
 */
export async function connect({ kubeconfigPath, context, allowContexts }: ConnectOptions): Promise<Kube> {
  requireAllowedContext(context, allowContexts);
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfigPath);
  } catch (error) {
    throw new Error(
      `kubeconfig ${kubeconfigPath} can't be loaded: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  // setCurrentContext accepts any name in silence.
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw new Error(`kubeconfig ${kubeconfigPath} has no context "${context}"; it has: ${known.join(', ') || 'none'}`);
  }
  config.setCurrentContext(context);
  return new Kube(config, context);
}
