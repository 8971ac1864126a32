import { issue, source, type Reference } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache, type Draft } from './rule.ts';

/** Whether node-cache can catch the kube-dns ClusterIP at all depends on who translates ClusterIPs. */
export const serviceProxy = ofEachNodeCache((nodeCache, view) => {
  const { kubeDns, serviceProxy: proxy, redirects } = view;
  if (kubeDns === null || !nodeCache.listens.includes(kubeDns.ip)) return null;
  if (proxy.value === 'cilium' && redirects.length > 0) return null;
  const words = wordsByMode[proxy.value];
  if (words === null) return null;
  return {
    ...about(nodeCache),
    severity: words.severity,
    what: `${objectText(nodeCache.object)} listens on the kube-dns ClusterIP ${kubeDns.ip}, and ${words.what} (${proxy.from})`,
    why: words.why,
    change: words.change,
    sources: words.sources,
  };
});

type Words = Pick<Draft, 'severity' | 'what' | 'why' | 'change'> & { readonly sources: readonly Reference[] };

const readme = source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/README.md');

const wordsByMode: Readonly<Record<'iptables' | 'ipvs' | 'nftables' | 'cilium' | 'unknown', Words | null>> = {
  iptables: null,
  unknown: null,
  ipvs: {
    severity: 'problem',
    what: 'kube-proxy is in IPVS mode',
    why: 'There kube-ipvs0 has every ClusterIP as an address already, so that node-cache can’t bind it.',
    change: "Let it listen on the link-local address alone, and set kubelet's clusterDNS to that.",
    sources: [readme],
  },
  nftables: {
    severity: 'risk',
    what: 'kube-proxy is in nftables mode',
    why: 'Nobody upstream says that catching the ClusterIP works there.',
    change: "Try it with a drill; or the link-local address alone, with kubelet's clusterDNS.",
    sources: [issue('kubernetes/dns', 682)],
  },
  cilium: {
    severity: 'problem',
    what: 'Cilium translates ClusterIPs, with no Local Redirect Policy for it',
    why: 'A ClusterIP is translated at the socket, or at the pod’s own link, before node-cache’s rules see it: pods ask CoreDNS directly, past the cache.',
    change:
      'Add a CiliumLocalRedirectPolicy for kube-dns, and run node-cache with -setupinterface=false -setupiptables=false.',
    sources: [issue('kubernetes/dns', 642, 'concluded')],
  },
};
