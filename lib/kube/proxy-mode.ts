import { parse } from 'yaml';

/**
 * kube-proxy's mode by its configuration file; null when there is none, or it can't be read as one. An empty mode is iptables
 * (KubeProxyConfiguration, kubeproxy.config.k8s.io/v1alpha1).
 */
export function proxyModeOf(config: string | undefined): string | null {
  if (config === undefined) return null;
  try {
    const { mode } = (parse(config, { version: '1.1' }) ?? {}) as { readonly mode?: unknown };
    if (mode === undefined || mode === null || mode === '') return 'iptables';
    return typeof mode === 'string' ? mode : null;
  } catch {
    return null;
  }
}
