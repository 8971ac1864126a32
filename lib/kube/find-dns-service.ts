import type { Service } from './types.ts';

/** The Service of cluster DNS: by name (kubeadm, k3s, kind, kops, EKS, GKE; kubespray), else by the label that all charts of CoreDNS set. */
export function findDnsService(services: readonly Service[]): Service | undefined {
  const inSystem = services.filter(({ metadata }) => metadata?.namespace === 'kube-system');
  return (
    inSystem.find(({ metadata }) => metadata?.name === 'kube-dns') ??
    inSystem.find(({ metadata }) => metadata?.name === 'coredns') ??
    services.find(
      ({ metadata }) => metadata?.labels?.['k8s-app'] === 'kube-dns' && metadata.name !== 'kube-dns-upstream',
    )
  );
}
