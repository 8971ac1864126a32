import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const cpuLimit = ofEachNodeCache((nodeCache) => {
  const limit = nodeCache.container.resources?.limits?.['cpu'];
  if (limit === undefined) return null;
  return {
    ...about(nodeCache),
    severity: 'note',
    what: `${objectText(nodeCache.object)} has a CPU limit (${limit})`,
    why: 'When it is used up, node-cache stands still for up to 100 ms at a time, and with it all lookups of the node.',
    change: 'Upstream sets none; a request is enough.',
    sources: [
      { text: 'Linux CFS bandwidth control: quota per 100 ms', evidence: 'concluded' },
      source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml'),
    ],
  };
});
