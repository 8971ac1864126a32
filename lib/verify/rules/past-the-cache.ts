import { source } from '../finding.ts';
import { ofPods } from './of-pods.ts';

/** Pods on a node with node-cache that ask CoreDNS directly. */
export const pastTheCache = ofPods(
  ({ pod, nameservers }, { nodeCaches }) =>
    nameservers[0]?.answerer === 'cluster' && nodeCaches.some(({ nodes }) => nodes.has(pod.node ?? '')),
  {
    severity: 'note',
    what: (one) => `${one ? 'asks' : 'ask'} CoreDNS directly though ${one ? 'its' : 'their'} node has a node-cache`,
    why: 'The first nameserver is an address that node-cache does not hold, so they gain nothing from it, and lose nothing with it.',
    change:
      "Where they should use it: set kubelet's clusterDNS to node-cache's address, or let node-cache listen on the kube-dns ClusterIP (kube-proxy in iptables mode).",
    sources: [source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/README.md')],
  },
);
