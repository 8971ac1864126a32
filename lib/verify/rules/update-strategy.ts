import { countOf } from '../../judge/format.ts';
import { issue } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

/** An update that goes from node to node by itself, while pods there have nothing else. */
export const updateStrategy = ofEachNodeCache((nodeCache, { podDns }) => {
  const { object, updateStrategy: strategy, nodes } = nodeCache;
  if (strategy?.type === 'OnDelete') return null;
  const most = String(strategy?.rollingUpdate?.maxUnavailable ?? 1);
  const losing = podDns.filter(({ pod, updated }) => updated === 'loses' && nodes.has(pod.node ?? '')).length;
  if (losing === 0 && !isMost(most)) return null;
  return {
    ...about(nodeCache),
    severity: isMost(most) ? 'problem' : 'risk',
    what: `${objectText(object)} is updated node by node without asking (RollingUpdate, maxUnavailable ${most}); ${losing === 0 ? 'no pod loses' : `${countOf(losing, 'pod')} ${losing === 1 ? 'loses' : 'lose'}`} DNS meanwhile`,
    why: 'Between the old pod’s end and the new one’s first answer lie 5 to 20 s as users report, and a link-local address has nobody else to answer it. With a high maxUnavailable many nodes are without at once.',
    change:
      'Set the strategy OnDelete and delete its pods after draining their nodes; or give pods a second nameserver that node-cache does not hold.',
    sources: [issue('kubernetes/dns', 310), issue('kubernetes/kops', 14812), issue('kubernetes/dns', 732)],
  };
});

/** A share of half the nodes or more. */
function isMost(maxUnavailable: string): boolean {
  return maxUnavailable.endsWith('%') && Number.parseFloat(maxUnavailable) >= 50;
}
