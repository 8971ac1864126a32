import { countOf } from '../../judge/format.ts';
import { source } from '../finding.ts';
import type { Rule } from './rule.ts';

/** Nodes that no DaemonSet of node-cache reaches. Pods there that ask for it are another rule's. */
export const nodesWithout: Rule = ({ nodeCaches, nodeNames }) => {
  const without = nodeNames.filter((node) => !nodeCaches.some(({ nodes }) => nodes.has(node)));
  if (nodeCaches.length === 0 || without.length === 0) return [];
  const shown = without.slice(0, mostShown).join(', ');
  return [
    {
      severity: 'note',
      what: `${countOf(without.length, 'node')} of ${nodeNames.length} ${without.length === 1 ? 'has' : 'have'} no node-cache: ${shown}${without.length > mostShown ? ', …' : ''}`,
      objects: without.map((name) => ({ kind: 'Node', namespace: null, name })),
      pods: null,
      why: 'Where node-cache listens on a link-local address alone, pods that are told that address have no DNS on such a node; where it catches the kube-dns ClusterIP they only go without a cache.',
      change: 'If it is not meant so: its tolerations and nodeSelector decide.',
      sources: [source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml')],
    },
  ];
};

const mostShown = 5;
