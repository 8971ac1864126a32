import { directivesOf } from '../corefile.ts';
import { issue } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

/** node-cache that is told to ask cluster DNS, which it holds itself. */
export const ownDnsPolicy = ofEachNodeCache((nodeCache, { kubelet }) => {
  const { podSpec, object, corefile, listens } = nodeCache;
  const usesResolvConf = directivesOf(corefile ?? [], 'forward').some(({ args }) =>
    args.some((to) => to === '/etc/resolv.conf' || to === '__PILLAR__UPSTREAM__SERVERS__'),
  );
  const asksCluster =
    podSpec.dnsPolicy === 'ClusterFirstWithHostNet' ||
    (podSpec.dnsPolicy === 'ClusterFirst' && podSpec.hostNetwork !== true);
  if (!usesResolvConf || !asksCluster || !kubelet.value.servers.some((server) => listens.includes(server))) return null;
  return {
    ...about(nodeCache),
    severity: 'problem',
    what: `${objectText(object)} has dnsPolicy ${podSpec.dnsPolicy ?? ''}, and so forwards to itself`,
    why: 'Its own /etc/resolv.conf names cluster DNS, an address that it holds, and its Corefile forwards outside names to what stands there: the loop plugin ends the process, or lookups go round.',
    change: "Set dnsPolicy Default: the node's own resolvers.",
    sources: [issue('kubernetes/kubernetes', 93379)],
  };
});
