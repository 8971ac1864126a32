import { statSync } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';
import { refuseExpiredCertificate } from './expired-certificate.ts';
import { refuseExpiredToken } from './expired-token.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { inClusterContext, loadServiceAccount } from './service-account.ts';
import { readTokenFile } from './token-file.ts';

/**
 * Loads a kubeconfig for one of its contexts, or for its current one; context `in-cluster` with a ServiceAccount's folder as path loads that.
 * Nothing is sent.
 * The client library is loaded here and not earlier, as that takes 0.6 s and 130 MB.
 * @throws KubeconfigError
 */
export async function loadKubeconfig(kubeconfigPath: string, context: string | null): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (context === inClusterContext && !isFile(kubeconfigPath)) {
    loadServiceAccount(config, kubeconfigPath);
    return config;
  }
  try {
    config.loadFromFile(kubeconfigPath);
  } catch (error) {
    throw new KubeconfigError(unloadable(kubeconfigPath, error), { cause: error });
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
  refuseExpiredCertificate(config, kubeconfigPath);
  await readTokenFile(config, kubeconfigPath);
  refuseExpiredToken(config, kubeconfigPath);
  return config;
}

/** A YAML parser's message goes on with an excerpt of the file, which may hold a key: its first line is enough. */
function unloadable(path: string, error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return `there is no kubeconfig ${path}: name one in cluster.existing.kubeconfig or KUBECONFIG`;
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `kubeconfig ${path} can't be loaded: ${line}`;
}

/** A kubeconfig may have a context of that name too. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
