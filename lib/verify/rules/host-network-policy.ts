import { source } from '../finding.ts';
import { ofPods } from './of-pods.ts';

export const hostNetworkPolicy = ofPods(
  ({ pod }) => pod.hostNetwork && pod.dnsPolicy === 'ClusterFirst' && pod.namespace !== 'kube-system',
  {
    severity: 'note',
    what: (one) => `on the host network ${one ? 'has' : 'have'} dnsPolicy ClusterFirst, which means Default there`,
    why: "kubelet gives them the node's own resolv.conf: they don't know the cluster's names, and use no node-cache.",
    change: 'Set dnsPolicy ClusterFirstWithHostNet where they must resolve Services.',
    sources: [source('kubernetes/kubernetes pkg/kubelet/network/dns/dns.go')],
  },
);
