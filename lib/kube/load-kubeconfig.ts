import type { KubeConfig } from '@kubernetes/client-node';
import { KubeconfigError } from './kubeconfig-error.ts';

/**
 * Loads a kubeconfig for one of its contexts, or for its current one. Nothing is sent.
 * The client library is loaded here and not earlier, as that takes 0.6 s and 130 MB.
 * @throws KubeconfigError
 */
export async function loadKubeconfig(kubeconfigPath: string, context: string | null): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfigPath);
  } catch (error) {
    throw new KubeconfigError(
      `kubeconfig ${kubeconfigPath} can't be loaded: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  const known = config.getContexts().map(({ name }) => name);
  // Undefined where the file names none, whatever the type says.
  const wanted = context ?? (config.getCurrentContext() || null);
  if (wanted === null)
    throw new KubeconfigError(`kubeconfig ${kubeconfigPath} has no current context; name one of: ${known.join(', ')}`);
  // setCurrentContext accepts any name in silence.
  if (config.getContextObject(wanted) === null) {
    throw new KubeconfigError(
      `kubeconfig ${kubeconfigPath} has no context "${wanted}"; it has: ${known.join(', ') || 'none'}`,
    );
  }
  config.setCurrentContext(wanted);
  return config;
}
