import type { ClusterView } from '../cluster-view.ts';
import type { Finding } from '../finding.ts';
import type { NodeCache } from '../node-cache.ts';

/** A finding before it carries its rule's name. */
export type Draft = Omit<Finding, 'rule'>;

/** Looks for one mistake. */
export type Rule = (view: ClusterView) => readonly Draft[];

/** What a rule says of one DaemonSet of node-cache; null: nothing. */
export function ofEachNodeCache(look: (nodeCache: NodeCache, view: ClusterView) => Draft | null): Rule {
  return (view) =>
    view.nodeCaches.flatMap((nodeCache) => {
      const draft = look(nodeCache, view);
      return draft === null ? [] : [draft];
    });
}

/** The parts of a finding that those about a DaemonSet share. */
export function about({ object }: NodeCache): Pick<Draft, 'objects' | 'pods'> {
  return { objects: [object], pods: null };
}
