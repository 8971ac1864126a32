import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeconfigError } from './kubeconfig-error.ts';

/**
 * An API server only says 401 to a certificate that has expired, or ends the connection; the certificate itself says when.
 * @throws KubeconfigError when the current context's client certificate can't be read or has expired
 */
export function refuseExpiredCertificate(config: KubeConfig, kubeconfigPath: string, now: Date = new Date()): void {
  const user = config.getCurrentUser();
  if (user === null || (user.certData === undefined && user.certFile === undefined)) return;
  const where = `the client certificate of user "${user.name}" in kubeconfig ${kubeconfigPath}`;
  const { validToDate } = readCertificate(user, where);
  if (validToDate < now)
    throw new KubeconfigError(`${where} expired on ${validToDate.toISOString().slice(0, 10)}: get a new kubeconfig`);
}

function readCertificate(
  { certData, certFile }: NonNullable<ReturnType<KubeConfig['getCurrentUser']>>,
  where: string,
): X509Certificate {
  try {
    return new X509Certificate(certData === undefined ? readFileSync(certFile ?? '') : Buffer.from(certData, 'base64'));
  } catch (error) {
    throw new KubeconfigError(`${where} can't be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
