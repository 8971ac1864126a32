import type { EmbeddedSettings } from '../../config/embedded-settings.ts';
import { inKubeSystem, kubeSystem, type ApiObject } from '../api-object.ts';
import { dnsPorts, kubeDnsLabels, kubeDnsUpstream } from '../dns-services.ts';
import { coreDnsImage } from '../images.ts';
import { siteLabel } from '../labels.ts';
import { nodeCacheObjects, type NodeCacheProgram } from '../node-cache-manifests.ts';

/** Everything that is created at boot: cluster DNS as kubeadm deploys it, and NodeLocal DNSCache where nodes are under test. */
export function clusterObjects(settings: EmbeddedSettings, nodeCache: NodeCacheProgram): readonly ApiObject[] {
  return [
    ...coreDnsRights(),
    coreDnsConfig(settings),
    ...dnsServices(settings),
    coreDnsDeployment(settings),
    ...(settings.nodeLocal ? nodeCacheObjects(settings, nodeCache) : []),
  ];
}

function coreDnsRights(): readonly ApiObject[] {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name: 'system:coredns' };
  return [
    inKubeSystem('v1', 'serviceaccounts', 'ServiceAccount', 'coredns', {}),
    {
      path: `${rbac}/clusterroles`,
      manifest: {
        apiVersion,
        kind: 'ClusterRole',
        metadata,
        rules: [
          { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
          { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
        ],
      },
    },
    {
      path: `${rbac}/clusterrolebindings`,
      manifest: {
        apiVersion,
        kind: 'ClusterRoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
        subjects: [{ kind: 'ServiceAccount', name: 'coredns', namespace: kubeSystem }],
      },
    },
  ];
}

/** kubeadm's Corefile (kubernetes/kubernetes cmd/kubeadm/app/phases/addons/dns/manifests.go), without its 5 s lameduck's effect on boot. */
function coreDnsConfig({ domain }: EmbeddedSettings): ApiObject {
  const corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${domain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;
  return inKubeSystem('v1', 'configmaps', 'ConfigMap', 'coredns', { data: { Corefile: corefile } });
}

/** kube-dns, and kube-dns-upstream by which node-cache reaches the same CoreDNS when it holds the first one's ClusterIP itself. */
function dnsServices({ kubeDnsIp, dnsService }: EmbeddedSettings): readonly ApiObject[] {
  const metrics = { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 };
  return [
    inKubeSystem(
      'v1',
      'services',
      'Service',
      dnsService,
      { spec: { selector: kubeDnsLabels, clusterIP: kubeDnsIp, ports: [...dnsPorts, metrics] } },
      { ...kubeDnsLabels, 'kubernetes.io/name': 'CoreDNS' },
    ),
    kubeDnsUpstream(),
  ];
}

/** Two replicas, off the nodes under test: there, their replies could not be told from node-cache's (design rule 9). */
function coreDnsDeployment({ nodes, coreDnsDeployment: name }: EmbeddedSettings): ApiObject {
  const home = nodes.some(({ site }) => site === 'control') ? { nodeSelector: { [siteLabel]: 'control' } } : {};
  const container = {
    name: 'coredns',
    image: coreDnsImage,
    imagePullPolicy: 'Never',
    args: ['-conf', '/etc/coredns/Corefile'],
    resources: { requests: { cpu: '100m', memory: '70Mi' } },
    volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    livenessProbe: {
      httpGet: { path: '/health', port: 8080 },
      initialDelaySeconds: 60,
      timeoutSeconds: 5,
      failureThreshold: 5,
    },
  };
  const spec = {
    replicas: 2,
    selector: { matchLabels: kubeDnsLabels },
    template: {
      metadata: { labels: kubeDnsLabels },
      spec: {
        ...home,
        serviceAccountName: 'coredns',
        priorityClassName: 'system-cluster-critical',
        dnsPolicy: 'Default',
        containers: [container],
        volumes: [{ name: 'config-volume', configMap: { name: 'coredns' } }],
      },
    },
  };
  return inKubeSystem('apps/v1', 'deployments', 'Deployment', name, { spec }, kubeDnsLabels);
}
