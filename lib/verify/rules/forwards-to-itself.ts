import { directivesOf } from '../corefile.ts';
import { issue, source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const forwardsToItself = ofEachNodeCache((nodeCache) => {
  const { corefile, corefileFrom, listens, object } = nodeCache;
  const own = directivesOf(corefile ?? [], 'forward')
    .flatMap(({ args }) => args.slice(1))
    .filter((to) => listens.includes(to.replace(/:53$/, '')));
  if (own.length === 0) return null;
  return {
    ...about(nodeCache),
    severity: 'problem',
    what: `${objectText(object)} forwards to ${own.join(', ')}, where it listens itself (${corefileFrom})`,
    why: 'On the node that address is node-cache, so that its queries come back to it: the loop plugin ends the process (no teardown, a crash loop), or without it lookups time out.',
    change:
      'Where it listens on the kube-dns ClusterIP let it forward to `__PILLAR__CLUSTER__DNS__` with `-upstreamsvc kube-dns-upstream`.',
    sources: [
      issue('kubernetes/kubernetes', 93379),
      source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/README.md'),
    ],
  };
});
