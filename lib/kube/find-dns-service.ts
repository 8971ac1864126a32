import { KubeError } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { listServices, readService } from './objects.ts';
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

/** By its usual name with the right to get one Service; by any other with the right to list those of kube-system, which the role `drill` has not. */
export async function readDnsService(kube: Kube, signal: AbortSignal): Promise<Service | undefined> {
  const usual = await readService(kube, { namespace: 'kube-system', name: 'kube-dns' }, signal);
  if (usual !== null) return usual;
  try {
    return findDnsService(await listServices(kube, 'kube-system', signal));
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return undefined;
    throw error;
  }
}
