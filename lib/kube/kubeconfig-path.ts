import { homedir } from 'node:os';
import { join } from 'node:path';
import { inClusterContext, serviceAccountFolder } from './service-account.ts';

/** The kubeconfig that is used unless one is named: in a pod its ServiceAccount, else the first file of $KUBECONFIG, else ~/.kube/config. */
export function defaultKubeconfigPath(context: string | null): string {
  if (context === inClusterContext) return serviceAccountFolder;
  const listed = process.env['KUBECONFIG']?.split(':').find((path) => path !== '');
  return listed ?? join(homedir(), '.kube', 'config');
}
