import { directivesOf } from '../corefile.ts';
import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const missingUpstream = ofEachNodeCache((nodeCache, { snapshot }) => {
  const { corefile, object, flags } = nodeCache;
  const asks = directivesOf(corefile ?? [], 'forward').some(({ args }) => args.includes('__PILLAR__CLUSTER__DNS__'));
  // The program's own default.
  const name = flags.get('upstreamsvc') ?? 'kube-dns';
  const there = snapshot.services.some(
    ({ metadata }) => metadata?.namespace === object.namespace && metadata.name === name,
  );
  if (!asks || there || snapshot.services.length === 0) return null;
  return {
    ...about(nodeCache),
    severity: 'problem',
    what: `${objectText(object)} forwards to Service ${object.namespace ?? ''}/${name}, which is not there`,
    why: 'node-cache knows the Service by an environment variable of its container. Without it the Corefile has `<nil>` as upstream, and CoreDNS ends at its start, or at the next restart if the Service was deleted since.',
    change: 'Create it in the same namespace, or name another with -upstreamsvc; then make the pods anew.',
    sources: [source('kubernetes/dns cmd/node-cache/app/configmap.go')],
  };
});
