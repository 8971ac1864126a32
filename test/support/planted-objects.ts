import { siteLabel } from '../../lib/cluster/labels.ts';

interface Planted {
  readonly path: string;
  readonly manifest: unknown;
}

/**
 * 20 pods and 10 mistakes for the embedded cluster's node `both`. Scheduling gates keep the pods from starting: what is looked at is their
 * manifests. The DaemonSet of the mistaken node-cache finds no node.
 */
export function plantedObjects(upstreamIp: string): readonly Planted[] {
  const own = (names: string, changes: Record<string, unknown>) => pod(names, dns([localIp, upstreamIp], changes));
  const twoSeconds = { timeout: '2' };
  return [
    ...Array.from({ length: 12 }, (_, index) => own(`fine-${index}`, twoSeconds)),
    pod('plain-0', {}),
    pod('plain-1', {}),
    deployment('same', 2, dns([localIp, kubeDnsIp], twoSeconds)),
    pod('nobody', dns(['169.254.20.99'], twoSeconds)),
    own('no-attempts', { ...twoSeconds, attempts: '0' }),
    pod('foreign', dns([localIp, '8.8.8.8'], twoSeconds)),
    own('patient', {}),
    mistakenNodeCache(),
  ];
}

/** What must be found, each once. */
export const mistakenRules = [
  'pods-lose-dns',
  'fallback-same-process',
  'nobody-answers',
  'attempts-zero',
  'foreign-nameserver',
  'fallback-slow',
  'memory-limit',
  'priority',
  'no-pidfile',
  'sync-interval',
] as const;

/** Whom the findings must name, and nobody else. */
export const mistakenObjects = [
  'plain-0',
  'plain-1',
  'same',
  'nobody',
  'no-attempts',
  'foreign',
  'patient',
  'planted-node-cache',
] as const;

const localIp = '169.254.20.10';
const kubeDnsIp = '10.96.0.10';

function dns(nameservers: readonly string[], options: Record<string, unknown>) {
  const words = Object.entries({ ndots: '2', ...options }).map(([name, value]) => ({ name, value }));
  return { dnsPolicy: 'None', dnsConfig: { nameservers, searches: ['default.svc.cluster.local'], options: words } };
}

function podSpec(spec: Record<string, unknown>) {
  return {
    containers: [{ name: 'main', image: 'localhost/none:1', imagePullPolicy: 'Never' }],
    nodeSelector: { [siteLabel]: 'both' },
    schedulingGates: [{ name: 'nodelocal-drill.dev/planted' }],
    ...spec,
  };
}

function pod(name: string, spec: Record<string, unknown>): Planted {
  return { path: '/api/v1/namespaces/default/pods', manifest: { metadata: { name }, spec: podSpec(spec) } };
}

function deployment(name: string, replicas: number, spec: Record<string, unknown>): Planted {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: podSpec(spec) };
  return {
    path: '/apis/apps/v1/namespaces/default/deployments',
    manifest: { metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template } },
  };
}

function mistakenNodeCache(): Planted {
  const labels = { app: 'planted-node-cache' };
  const container = {
    name: 'node-cache',
    image: 'localhost/none:1',
    args: ['-localip', localIp, '-conf', '/etc/Corefile', '-syncinterval=10s'],
    resources: { limits: { memory: '30Mi' } },
    livenessProbe: { httpGet: { host: localIp, port: 8080, path: '/health' } },
  };
  const spec = {
    updateStrategy: { type: 'OnDelete' },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        hostNetwork: true,
        dnsPolicy: 'Default',
        nodeSelector: { 'nodelocal-drill.dev/planted': 'nowhere' },
        containers: [container],
      },
    },
  };
  return {
    path: '/apis/apps/v1/namespaces/kube-system/daemonsets',
    manifest: { metadata: { name: 'planted-node-cache' }, spec },
  };
}
