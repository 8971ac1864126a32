import { issue, source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const noPidfile = ofEachNodeCache((nodeCache) => {
  const { flags, object } = nodeCache;
  if (flags.has('pidfile') || flags.get('setupiptables') === 'false') return null;
  return {
    ...about(nodeCache),
    severity: 'note',
    what: `${objectText(object)} runs without -pidfile`,
    why: 'node-cache then writes its rules at its first re-check only, 60 s after its start; until then lookups to the kube-dns ClusterIP go past the cache.',
    change: 'Add `-pidfile /tmp/node-cache.pid`, as the addon’s manifest does with image 1.26.4.',
    sources: [issue('kubernetes/dns', 448), source('kubernetes/dns cmd/node-cache/app/cache_app.go, runPeriodic')],
  };
});
