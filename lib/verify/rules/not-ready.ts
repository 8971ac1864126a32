import { countOf, listOf } from '../../judge/format.ts';
import { issue } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { ofEachNodeCache } from './rule.ts';

export const notReady = ofEachNodeCache(({ object, pods }) => {
  const ill = pods.filter(({ ready, leaving }) => !ready && !leaving);
  if (ill.length === 0) return null;
  const shown = ill.slice(0, 3).map(({ name, node }) => `${name} on ${node ?? 'no node'}`);
  return {
    severity: 'problem',
    what: `${countOf(ill.length, 'pod')} of ${objectText(object)} ${ill.length === 1 ? 'is' : 'are'} not ready: ${listOf(shown)}${ill.length > shown.length ? ', …' : ''}`,
    objects: ill.map(({ namespace, name }) => ({ kind: 'Pod', namespace, name })),
    pods: ill.length,
    why: 'A node-cache that was killed leaves its link and rules, so that the node has no DNS until it runs again; in a crash loop that is for good.',
    change: 'Look at its log (`kubectl logs --previous`); deleting the pod resets the back-off.',
    sources: [issue('kubernetes/dns', 561), issue('kubernetes/dns', 438)],
  };
});
