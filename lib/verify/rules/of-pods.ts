import { countOf } from '../../judge/format.ts';
import { countOwners } from '../census.ts';
import type { ClusterView } from '../cluster-view.ts';
import { ownersText } from '../finding.ts';
import type { PodDns } from '../pod-dns.ts';
import type { Draft, Rule } from './rule.ts';

/** One finding for all pods that make the same mistake. `what` begins with their number: `12 pods ${what(…)}: Deployment shop/web (12)`. */
export function ofPods(
  isMistaken: (pod: PodDns, view: ClusterView) => boolean,
  words: Omit<Draft, 'what' | 'objects' | 'pods'> & { readonly what: (one: boolean) => string },
): Rule {
  return (view) => {
    const found = view.podDns.filter((pod) => isMistaken(pod, view));
    if (found.length === 0) return [];
    const owners = countOwners(found);
    return [
      {
        ...words,
        what: `${countOf(found.length, 'pod')} ${words.what(found.length === 1)}: ${ownersText(owners)}`,
        objects: owners.map(({ owner }) => owner),
        pods: found.length,
      },
    ];
  };
}
