import { isBlockOf } from '../corefile.ts';
import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const domainMissing = ofEachNodeCache((nodeCache, { domain }) => {
  const { corefile, corefileFrom, object } = nodeCache;
  if (corefile === null || domain.assumed || corefile.some((block) => isBlockOf(block, domain.value))) return null;
  return {
    ...about(nodeCache),
    severity: 'problem',
    what: `${objectText(object)} has no server block for the cluster's domain ${domain.value} (${corefileFrom}; domain by ${domain.from})`,
    why: "Names of Services then go to the block of `.`, to the node's own resolvers, which don't know them.",
    change: `Name ${domain.value} in the Corefile, with a forward to cluster DNS.`,
    sources: [source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml')],
  };
});
