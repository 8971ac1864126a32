import { join } from 'node:path';
import { cacheDir } from '../embedded/paths.ts';

/** What belongs to one kind cluster and must outlive a reboot, as its containers do: kubeconfig, settings, facts. No root is needed for it. */
export function kindDir(name: string): string {
  return join(cacheDir(), 'kind-clusters', name);
}

/** The kubeconfig context that kind makes for a cluster. */
export function kindContext(name: string): string {
  return `kind-${name}`;
}

/** The containers that are a cluster's nodes, in the order of `kindNodes`. */
export function kindNodeNames(name: string): readonly [control: string, both: string, linkLocal: string] {
  return [`${name}-control-plane`, `${name}-worker`, `${name}-worker2`];
}

/** The name by which a kind cluster is locked (`lockCluster`). */
export function kindLock(name: string): string {
  return `kind/${name}`;
}
