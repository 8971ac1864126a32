import { statSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeconfigError } from './kubeconfig-error.ts';

/** The context's name for a runner that is a pod of the cluster it breaks (deploy/cronjob.yaml). */
export const inClusterContext = 'in-cluster';

/** Where kubelet mounts a pod's credentials (kubernetes.io/docs/tasks/run-application/access-api-from-pod). */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Fills `config` with a ServiceAccount's credentials, as kubelet puts them into a pod. The token is read anew when it is used, since kubelet
 * replaces it within the hour.
 * @throws KubeconfigError outside of a pod
 */
export function loadServiceAccount(config: KubeConfig, folder: string): void {
  const lacks = (what: string) =>
    new KubeconfigError(
      `context "${inClusterContext}" is the ServiceAccount of the pod that this runs in, and ${what}: outside of a pod name a kubeconfig and one of its contexts`,
    );
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (host === undefined || port === undefined) throw lacks('KUBERNETES_SERVICE_HOST and _PORT are not set');
  const [tokenFile, caFile] = [join(folder, 'token'), join(folder, 'ca.crt')];
  for (const file of [tokenFile, caFile])
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw lacks(`there is no ${file}`);
  config.loadFromOptions({
    clusters: [{ name: inClusterContext, server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`, caFile }],
    users: [{ name: inClusterContext, authProvider: { name: 'tokenFile', config: { tokenFile } } }],
    contexts: [{ name: inClusterContext, cluster: inClusterContext, user: inClusterContext }],
    currentContext: inClusterContext,
  });
}
