import { countOf } from '../../judge/format.ts';
import type { ClusterView } from '../cluster-view.ts';
import { source, type Finding } from '../finding.ts';
import { objectText } from '../object-name.ts';
import type { NodeProbed, ServerProbed } from './probed.ts';

type Words = Omit<Finding, 'what' | 'objects' | 'pods'> & { readonly what: string };

/** What the pods found that is wrong, or could not be shown: one finding for each mistake, with all nodes that have it. */
export function probeFindings(nodes: readonly NodeProbed[], view: ClusterView): readonly Finding[] {
  const each = nodes.flatMap((node) => findingsOn(node, view).map((words) => ({ node, words })));
  return [...Map.groupBy(each, ({ words }) => `${words.rule} ${words.what}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const names = same.map(({ node }) => node.node);
    return [
      {
        ...first.words,
        what: `${countOf(names.length, 'node')} (${names.join(', ')}): ${first.words.what}`,
        objects: names.map((name) => ({ kind: 'Node', namespace: null, name })),
        pods: null,
      },
    ];
  });
}

function findingsOn(node: NodeProbed, view: ClusterView): readonly Words[] {
  if (node.failure !== null)
    return [
      {
        rule: 'probe-failed',
        severity: 'note',
        what: `the pod that should ask could not: ${node.failure}`,
        why: 'What verify says of this node is computed and not tried.',
        change: 'Mend what the message names, and run verify --probe again.',
        sources: [source('probes/PROTOCOL.md')],
      },
    ];
  const words = node.servers.flatMap((server) => ofServer(server, node) ?? []);
  return node.differences.length === 0 ? words : [...words, otherResolvConf(node, view)];
}

/** Null when it is as it should be. */
function ofServer({ server, isFirst, outcome, because }: ServerProbed, { nodeCache }: NodeProbed): Words | null {
  const whose = isFirst ? `a pod’s first nameserver ${server}` : `node-cache’s own address ${server}`;
  const cache = nodeCache === null ? 'node-cache' : objectText(nodeCache);
  switch (outcome) {
    case 'proved':
      return null;
    case 'past-the-cache':
      return {
        rule: 'probe-past-the-cache',
        severity: 'problem',
        what: `queries to ${whose} go past ${cache}: ${because}`,
        why: 'A pod there that uses kubelet’s clusterDNS gains nothing from node-cache: each lookup crosses the network to CoreDNS, and counts in conntrack.',
        change:
          'Set kubelet’s clusterDNS to node-cache’s address, or let node-cache listen on the kube-dns ClusterIP (kube-proxy in iptables mode); pods take it over when they are made anew.',
        sources: [
          { text: 'counters of node-cache and CoreDNS, read by a pod of that node', evidence: 'measured' },
          source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/README.md'),
        ],
      };
    case 'not-kept':
      return {
        rule: 'probe-not-kept',
        severity: 'problem',
        what: `${cache} asks CoreDNS for every query to ${whose}, the second for a name as well: ${because}`,
        why: 'It keeps no answer that a name does not exist, and with ndots:5 most queries for outside names get that answer from the search list.',
        change: 'Give the server block of the cluster’s domain `cache` with `denial`, as upstream’s manifest has it.',
        sources: [
          { text: 'counters of node-cache and CoreDNS, read by a pod of that node', evidence: 'measured' },
          source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml'),
        ],
      };
    case 'no-answer':
      return {
        rule: 'probe-no-answer',
        severity: 'problem',
        what: `${whose} does not answer a pod: ${because}`,
        why: isFirst
          ? 'Each lookup of a pod there fails, or waits for a timeout before the next nameserver is asked.'
          : 'Pods that are told this address have no DNS there, or wait for a timeout first.',
        change: 'Look at node-cache’s log on that node, its link and its rules, and at NetworkPolicies.',
        sources: [{ text: 'asked by a pod of that node', evidence: 'measured' }],
      };
    case 'cached-already':
    case 'not-proved':
      return {
        rule: 'probe-not-proved',
        severity: 'note',
        what: `whether queries to ${whose} are answered by ${cache}’s cache is not proved: ${because}`,
        why: 'It is shown by counters and never by latency; here they do not say enough.',
        change:
          'Let pods reach node-cache’s metrics (`prometheus` in its Corefile, port 9253, NetworkPolicies), or try again when less is asked.',
        sources: [source('coredns/coredns plugin/cache/metrics.go')],
      };
  }
}

/** What was assumed for want of rights is no mistake of the cluster's. */
function otherResolvConf({ differences, resolvConf }: NodeProbed, { kubelet }: ClusterView): Words {
  const first = resolvConf?.nameservers.join(',') ?? '';
  return {
    rule: 'probe-resolv-conf',
    severity: kubelet.assumed ? 'note' : 'risk',
    what: `a pod’s resolv.conf is not as computed: ${differences.join('; ')}`,
    why: kubelet.assumed
      ? `kubelet’s clusterDNS was assumed (${kubelet.from}), so the census above is wrong for such nodes.`
      : `${kubelet.from} says otherwise: kubelet of this node has settings of its own, or was not started anew since they changed, or something rewrites pods.`,
    change: `Run verify with --cluster-dns ${first} if all nodes are so; kubelet’s own configuration on that node has the last word.`,
    sources: [source('kubernetes/kubernetes pkg/kubelet/network/dns/dns.go')],
  };
}
