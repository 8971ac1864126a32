import { issue } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const surge = ofEachNodeCache((nodeCache) => {
  const { object, updateStrategy, container, podSpec } = nodeCache;
  const most = String(updateStrategy?.rollingUpdate?.maxSurge ?? 0);
  const ports = (container.ports ?? []).map(({ containerPort }) => containerPort);
  if (/^0%?$/.test(most) || podSpec.hostNetwork !== true || ports.length === 0) return null;
  return {
    ...about(nodeCache),
    severity: 'problem',
    what: `${objectText(object)} has maxSurge ${most}, and host ports (${ports.join(', ')})`,
    why: 'On the host network every port of the container is a port of the node, so that a second pod is never placed beside the first: an update does not get on.',
    change:
      'Drop maxSurge; or take the ports out of the manifest and give the second instance another metrics port (9353).',
    sources: [issue('kubernetes/dns', 667, 'concluded')],
  };
});
