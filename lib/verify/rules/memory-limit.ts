import { issue } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { ofEachNodeCache } from './rule.ts';

export const memoryLimit = ofEachNodeCache((nodeCache) => {
  const limit = nodeCache.container.resources?.limits?.['memory'];
  if (limit === undefined) return null;
  return {
    severity: 'risk',
    what: `${objectText(nodeCache.object)} has a memory limit (${limit})`,
    objects: [nodeCache.object],
    pods: null,
    why: 'When the kernel kills it for lack of memory nothing is torn down: link and rules stay and nobody listens, so that pods of the node have no DNS until it is back. Its cache grows to some 30 MB for each server block, and much more when upstream is slow.',
    change:
      'Upstream sets none. If there must be one, leave room for the full cache, and set max_concurrent in the Corefile.',
    sources: [issue('kubernetes/dns', 438), issue('kubernetes/website', 31571), issue('kubernetes/dns', 621)],
  };
});
