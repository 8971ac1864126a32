import { isSet } from '../../kube/go-flags.ts';
import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const skipsTearDown = ofEachNodeCache((nodeCache) => {
  const { flags, object } = nodeCache;
  const makesRules = flags.get('setupiptables') !== 'false' || flags.get('setupinterface') !== 'false';
  if (!isSet(flags, 'skipteardown') || !makesRules) return null;
  return {
    ...about(nodeCache),
    severity: 'problem',
    what: `${objectText(object)} runs with -skipteardown`,
    why: 'Its link and rules stay when it stops, so every update and every drain is as bad as a crash: the addresses are there and nobody answers.',
    change: 'Leave it out, unless another instance on the node answers meanwhile.',
    sources: [source('kubernetes/dns cmd/node-cache/main.go and app/cache_app.go')],
  };
});
