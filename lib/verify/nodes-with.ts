import { hasLabels } from '../kube/has-labels.ts';
import type { ClusterSnapshot } from '../kube/snapshot.ts';

/** Names of the nodes that a nodeSelector allows, in their order. */
export function nodesWith({ nodes }: ClusterSnapshot, selector: Readonly<Record<string, string>>): readonly string[] {
  return nodes
    .filter(({ metadata }) => hasLabels(metadata?.labels, selector))
    .map(({ metadata }) => metadata?.name ?? '')
    .sort();
}
