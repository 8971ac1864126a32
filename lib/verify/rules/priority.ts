import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const priority = ofEachNodeCache((nodeCache) => {
  const given = nodeCache.podSpec.priorityClassName;
  if (given === 'system-node-critical') return null;
  return {
    ...about(nodeCache),
    severity: 'risk',
    what: `${objectText(nodeCache.object)} has ${given === undefined || given === '' ? 'no priorityClassName' : `priorityClassName ${given}`}`,
    why: 'On a node that runs short of memory or disk it may be evicted, and pods of the node lose DNS with it.',
    change: 'Set priorityClassName system-node-critical, as upstream does.',
    sources: [source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml')],
  };
});
