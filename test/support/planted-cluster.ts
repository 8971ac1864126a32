import type { PodGlance } from '../../lib/kube/pod-glance.ts';
import type { ClusterSnapshot } from '../../lib/kube/snapshot.ts';
import type { ConfigMap, DaemonSet, KubeNode, Service } from '../../lib/kube/types.ts';

/** A snapshot as a healthy cluster gives: node-cache as upstream ships it, on every node, and pods that bear its death. */
export function healthyCluster(changes: Partial<ClusterSnapshot> = {}): ClusterSnapshot {
  return {
    context: 'planted',
    kubernetesVersion: 'v1.37.2',
    nodes: ['n1', 'n2'].map(node),
    pods: [...nodeCachePods(), plantedPod('fine', fallbackUpstream)],
    services: [service('kube-dns', '10.96.0.10'), service('kube-dns-upstream', '10.96.3.4')],
    daemonSets: [nodeCacheDaemonSet()],
    configMaps: [
      configMap('node-local-dns', { Corefile: corefile() }),
      configMap('kube-proxy', { 'config.conf': 'mode: iptables\n' }),
      configMap('kubelet-config', { kubelet: 'clusterDNS: [10.96.0.10]\nclusterDomain: cluster.local\n' }),
    ],
    redirectPolicies: [],
    unreadable: [],
    ...changes,
  };
}

/** A second nameserver that node-cache does not hold. */
export const fallbackUpstream: Partial<PodGlance> = {
  dnsPolicy: 'None',
  dnsConfig: {
    nameservers: ['169.254.20.10', '10.96.3.4'],
    searches: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    options: [
      { name: 'ndots', value: '2' },
      { name: 'timeout', value: '2' },
    ],
  },
};

export function plantedPod(name: string, changes: Partial<PodGlance> = {}): PodGlance {
  return {
    namespace: 'shop',
    name,
    labels: {},
    controller: null,
    node: 'n1',
    ip: '10.244.1.9',
    nodeSelector: {},
    hostNetwork: false,
    dnsPolicy: 'ClusterFirst',
    dnsConfig: {},
    phase: 'Running',
    leaving: false,
    ready: true,
    restarts: 0,
    lastEnd: null,
    ...changes,
  };
}

/** The pods of node-cache's DaemonSet, one a node. */
export function nodeCachePods(changes: Partial<PodGlance> = {}): readonly PodGlance[] {
  return ['n1', 'n2'].map((name) =>
    plantedPod(`node-local-dns-${name}`, {
      namespace: 'kube-system',
      controller: { kind: 'DaemonSet', name: 'node-local-dns' },
      node: name,
      hostNetwork: true,
      dnsPolicy: 'Default',
      ...changes,
    }),
  );
}

export interface NodeCacheChanges {
  readonly args?: readonly string[];
  readonly container?: Record<string, unknown>;
  readonly pod?: Record<string, unknown>;
  readonly updateStrategy?: Record<string, unknown>;
  readonly image?: string;
}

/** As nodelocaldns.yaml has it, on both addresses, with OnDelete and the newest release, so that no rule has anything to say. */
export function nodeCacheDaemonSet(changes: NodeCacheChanges = {}): DaemonSet {
  return {
    metadata: { namespace: 'kube-system', name: 'node-local-dns' },
    spec: {
      selector: {},
      updateStrategy: changes.updateStrategy ?? { type: 'OnDelete' },
      template: {
        metadata: { labels: { 'k8s-app': 'node-local-dns' } },
        spec: {
          hostNetwork: true,
          dnsPolicy: 'Default',
          priorityClassName: 'system-node-critical',
          containers: [
            {
              name: 'node-cache',
              image: changes.image ?? 'registry.example/dns/k8s-dns-node-cache:1.26.8',
              args: changes.args ?? healthyArgs,
              livenessProbe: { httpGet: { host: '169.254.20.10', port: 8080, path: '/health' } },
              ports: [{ containerPort: 53, protocol: 'UDP' }],
              volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns' }],
              ...changes.container,
            },
          ],
          volumes: [{ name: 'config-volume', configMap: { name: 'node-local-dns' } }],
          ...changes.pod,
        },
      },
    },
  };
}

export const healthyArgs = [
  '-localip',
  '169.254.20.10,10.96.0.10',
  '-conf',
  '/etc/Corefile',
  '-upstreamsvc',
  'kube-dns-upstream',
  '-pidfile',
  '/tmp/node-cache.pid',
  '-reloadwithsignal',
];

export function corefile({ bind = '169.254.20.10 10.96.0.10', upstream = '__PILLAR__CLUSTER__DNS__' } = {}): string {
  return `cluster.local:53 {
    errors
    cache {
        success 9984 30
        denial 9984 5
    }
    reload
    loop
    bind ${bind}
    forward . ${upstream} {
        force_tcp
    }
    prometheus :9253
    health 169.254.20.10:8080
}
.:53 {
    cache 30 # seconds
    bind ${bind}
    forward . __PILLAR__UPSTREAM__SERVERS__
}
`;
}

export function configMap(name: string, data: Record<string, string>): ConfigMap {
  return { metadata: { namespace: 'kube-system', name }, data };
}

export function service(name: string, clusterIP: string): Service {
  return { metadata: { namespace: 'kube-system', name }, spec: { clusterIP } };
}

function node(name: string): KubeNode {
  return { metadata: { name, labels: { 'kubernetes.io/hostname': name } } };
}
