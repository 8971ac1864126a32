import { homedir } from 'node:os';
import { join } from 'node:path';

/** The kubeconfig that is used unless one is named: the first file of $KUBECONFIG, else ~/.kube/config. */
export function defaultKubeconfigPath(): string {
  const listed = process.env['KUBECONFIG']?.split(':').find((path) => path !== '');
  return listed ?? join(homedir(), '.kube', 'config');
}
