import type { KubeConfig } from '@kubernetes/client-node';
import { KubeconfigError } from './kubeconfig-error.ts';

/**
 * A token that tells its own end (a JWT, as ServiceAccounts and OpenID Connect have) and has passed it: the API server would only say 401.
 * @throws KubeconfigError
 */
export function refuseExpiredToken(config: KubeConfig, kubeconfigPath: string, now: Date = new Date()): void {
  const user = config.getCurrentUser();
  const expires = expiryOf(user?.token ?? '');
  if (user === null || expires === null || expires >= now) return;
  throw new KubeconfigError(
    `the token of user "${user.name}" in kubeconfig ${kubeconfigPath} expired at ${expires.toISOString().slice(0, 16).replace('T', ' ')} UTC: get a new one, or let an exec plugin or a tokenFile there renew it`,
  );
}

/** `exp` of RFC 7519, section 4.1.4, in seconds; null when the token tells none. */
function expiryOf(token: string): Date | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return null;
    return typeof claims.exp === 'number' ? new Date(claims.exp * 1000) : null;
  } catch {
    return null;
  }
}
