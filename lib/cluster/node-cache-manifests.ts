import type { SiteName } from '../journal/entry.ts';
import { inKubeSystem, type ApiObject } from './api-object.ts';
import { nodeCacheImage } from './images.ts';
import { siteLabel } from './labels.ts';

/** How DNS is laid out in a cluster: what decides where node-cache listens and whom it asks. */
export interface DnsLayout {
  readonly nodes: readonly { readonly site: SiteName }[];
  readonly localIp: string;
  readonly kubeDnsIp: string;
  readonly domain: string;
}

/** The program that plays node-cache: an image, and whether the link must be made for it. */
export interface NodeCacheProgram {
  readonly image: string;
  /** Where the kernel has no `dummy` driver an init container makes the link as a bridge; node-cache adopts a link of any type. */
  readonly linkMadeByInitContainer: boolean;
}

/**
 * NodeLocal DNSCache as upstream ships it (kubernetes/kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml), with the `__PILLAR__`
 * variables rendered as its README tells for iptables mode (`both`) and IPVS mode (`link-local`). One DaemonSet per listen mode.
 */
export function nodeCacheObjects(settings: DnsLayout, program: NodeCacheProgram): readonly ApiObject[] {
  const modes = (['both', 'link-local'] as const).filter((mode) => settings.nodes.some(({ site }) => site === mode));
  return [
    inKubeSystem('v1', 'serviceaccounts', 'ServiceAccount', 'node-local-dns', {}),
    ...modes.flatMap((mode) => [configMap(settings, mode), daemonSet(settings, mode, program)]),
  ];
}

type ListenMode = 'both' | 'link-local';

const objectName = (mode: ListenMode) => `node-local-dns-${mode}`;

function listens({ localIp, kubeDnsIp }: DnsLayout, mode: ListenMode): readonly string[] {
  return mode === 'both' ? [localIp, kubeDnsIp] : [localIp];
}

function configMap(settings: DnsLayout, mode: ListenMode): ApiObject {
  const bind = `bind ${listens(settings, mode).join(' ')}`;
  // With both addresses node-cache fills in kube-dns-upstream's ClusterIP itself, as kube-dns' own is bound by it; with the
  // link-local one alone the README has the operator put kube-dns' ClusterIP there.
  const clusterDns = mode === 'both' ? '__PILLAR__CLUSTER__DNS__' : settings.kubeDnsIp;
  const zone = (name: string, cache: string, forward: string, extra = '') => `${name}:53 {
    errors
    ${cache}
    reload
    loop
    ${bind}
    ${forward}
    prometheus :9253
${extra}}
`;
  const upstream = `forward . ${clusterDns} {\n        force_tcp\n    }`;
  const longCache = 'cache {\n        success 9984 30\n        denial 9984 5\n    }';
  const corefile = [
    zone(settings.domain, longCache, upstream, `    health ${settings.localIp}:8080\n`),
    zone('in-addr.arpa', 'cache 30', upstream),
    zone('ip6.arpa', 'cache 30', upstream),
    zone('.', 'cache 30', 'forward . __PILLAR__UPSTREAM__SERVERS__'),
  ].join('');
  return inKubeSystem('v1', 'configmaps', 'ConfigMap', objectName(mode), { data: { Corefile: corefile } });
}

function daemonSet(settings: DnsLayout, mode: ListenMode, program: NodeCacheProgram): ApiObject {
  const labels = { 'k8s-app': 'node-local-dns', 'nodelocal-drill.dev/listens': mode };
  const container = {
    name: 'node-cache',
    image: program.image,
    imagePullPolicy: 'IfNotPresent',
    resources: { requests: { cpu: '25m', memory: '5Mi' } },
    args: [
      '-localip',
      listens(settings, mode).join(','),
      '-conf',
      '/etc/Corefile',
      '-upstreamsvc',
      'kube-dns-upstream',
      '-pidfile',
      '/tmp/node-cache.pid',
    ],
    securityContext: { capabilities: { add: ['NET_ADMIN'] } },
    ports: [
      { containerPort: 53, name: 'dns', protocol: 'UDP' },
      { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
      { containerPort: 9253, name: 'metrics', protocol: 'TCP' },
    ],
    livenessProbe: {
      httpGet: { host: settings.localIp, path: '/health', port: 8080 },
      initialDelaySeconds: 60,
      timeoutSeconds: 5,
    },
    volumeMounts: [
      { mountPath: '/run/xtables.lock', name: 'xtables-lock', readOnly: false },
      { name: 'config-volume', mountPath: '/etc/coredns' },
      { name: 'kube-dns-config', mountPath: '/etc/kube-dns' },
    ],
  };
  const spec = {
    updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        nodeSelector: { [siteLabel]: mode },
        priorityClassName: 'system-node-critical',
        serviceAccountName: 'node-local-dns',
        hostNetwork: true,
        dnsPolicy: 'Default',
        tolerations: [
          { key: 'CriticalAddonsOnly', operator: 'Exists' },
          { effect: 'NoExecute', operator: 'Exists' },
          { effect: 'NoSchedule', operator: 'Exists' },
        ],
        initContainers: program.linkMadeByInitContainer ? [linkMaker()] : [],
        containers: [container],
        volumes: [
          { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
          { name: 'kube-dns-config', configMap: { name: 'kube-dns', optional: true } },
          {
            name: 'config-volume',
            configMap: { name: objectName(mode), items: [{ key: 'Corefile', path: 'Corefile.base' }] },
          },
        ],
      },
    },
  };
  return inKubeSystem('apps/v1', 'daemonsets', 'DaemonSet', objectName(mode), { spec }, labels);
}

/** `ip link add` fails when the link is there already, which is as well: it survives a SIGKILL, and node-cache adopts it. */
function linkMaker() {
  return {
    name: 'make-link',
    image: nodeCacheImage,
    imagePullPolicy: 'IfNotPresent',
    command: ['/bin/sh', '-c', 'ip link show nodelocaldns >/dev/null 2>&1 || ip link add nodelocaldns type bridge'],
    securityContext: { capabilities: { add: ['NET_ADMIN'] } },
  };
}
