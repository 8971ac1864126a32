import { countOf } from '../../judge/format.ts';
import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

/** Where node-cache listens on its own address alone, all depends on what kubelet tells pods, and that could not be read. */
export const clusterDnsAssumed = ofEachNodeCache((nodeCache, { kubelet, podDns }) => {
  const { listens, nodes, object } = nodeCache;
  if (!kubelet.assumed || kubelet.value.servers.some((server) => listens.includes(server))) return null;
  const stock = podDns.filter(({ pod, resolvConf }) => resolvConf.base === 'cluster' && nodes.has(pod.node ?? ''));
  if (stock.length === 0) return null;
  const address = listens[0] ?? '';
  return {
    ...about(nodeCache),
    severity: 'risk',
    what: `Whether ${countOf(stock.length, 'pod')} with kubelet's clusterDNS ask ${objectText(object)} is not known`,
    why: `It listens on ${address} alone, so that they use it only if kubelet is told that address; then they lose DNS with it, at an update too. ${kubelet.from}.`,
    change: `Look at clusterDNS in kubelet's configuration, and run verify with --cluster-dns ${address} if it is that.`,
    sources: [source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/README.md')],
  };
});
