import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodGlance } from '../../../lib/kube/pod-glance.ts';
import type { ClusterSnapshot } from '../../../lib/kube/snapshot.ts';
import type { RedirectPolicy } from '../../../lib/kube/types.ts';
import { verify } from '../../../lib/verify/verify.ts';
import {
  configMap,
  corefile,
  fallbackUpstream,
  healthyArgs,
  healthyCluster,
  nodeCacheDaemonSet,
  nodeCachePods,
  plantedPod,
  service,
  type NodeCacheChanges,
} from '../../support/planted-cluster.ts';

test('a healthy cluster has no findings', () => {
  assert.deepEqual(verify(healthyCluster(), { clusterDns: [] }).findings, []);
});

const redirect: RedirectPolicy = {
  metadata: { namespace: 'kube-system', name: 'nodelocaldns' },
  spec: {
    redirectFrontend: { serviceMatcher: { serviceName: 'kube-dns', namespace: 'kube-system' } },
    redirectBackend: { localEndpointSelector: { matchLabels: { 'k8s-app': 'node-local-dns' } } },
  },
};

/** Each mistake with the rules that must see it, and no other may. */
const mistakes: Readonly<
  Record<string, { readonly planted: Partial<ClusterSnapshot>; readonly found: readonly string[] }>
> = {
  'one nameserver, held by node-cache': {
    planted: withPod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['169.254.20.10'], searches: ['x'] } }),
    found: ['pods-lose-dns'],
  },
  'stock pods where node-cache catches the ClusterIP': { planted: withPod({}), found: ['pods-lose-dns'] },
  'fallback to an address that node-cache holds too': {
    planted: withPod({
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['169.254.20.10', '10.96.0.10'], searches: ['x'] },
    }),
    found: ['fallback-same-process'],
  },
  'node-cache appended after cluster DNS': {
    planted: withPod({ dnsConfig: { nameservers: ['169.254.20.10'] } }),
    found: ['fallback-same-process', 'cache-never-first'],
  },
  'fallback without a timeout': { planted: withPod(fallback([])), found: ['fallback-slow'] },
  rotate: { planted: withPod(fallback(['timeout:2', 'rotate:'])), found: ['rotates'] },
  'attempts: 0': { planted: withPod(fallback(['timeout:2', 'attempts:0'])), found: ['attempts-zero'] },
  'timeout: 0': { planted: withPod(fallback(['timeout:0'])), found: ['timeout-zero'] },
  'a resolver of the world beside cluster DNS': {
    planted: withPod({
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.96.3.4', '8.8.8.8'], searches: ['x'] },
      node: null,
    }),
    found: ['foreign-nameserver'],
  },
  'four nameservers': {
    planted: withPod({
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['169.254.20.10', '10.96.3.4', '10.96.0.10', '10.96.3.5'],
        searches: ['x'],
        options: [{ name: 'timeout', value: '1' }],
      },
    }),
    found: ['too-many-nameservers'],
  },
  'an address that nobody holds': {
    planted: withPod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['169.254.20.11'], searches: ['x'] } }),
    found: ['nobody-answers'],
  },
  'no search list': {
    planted: withPod({ ...fallbackUpstream, dnsConfig: { ...fallbackUpstream.dnsConfig, searches: [] } }),
    found: ['no-searches'],
  },
  'ClusterFirst on the host network': { planted: withPod({ hostNetwork: true }), found: ['host-network-policy'] },
  'CoreDNS asked directly beside a node-cache': {
    planted: withPod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['10.96.3.4'], searches: ['x'] } }),
    found: ['past-the-cache'],
  },
  'no node-cache at all': {
    planted: { daemonSets: [], pods: [plantedPod('fine')] },
    found: ['no-node-cache'],
  },
  'a node without node-cache': { planted: { pods: nodeCachePods().slice(0, 1) }, found: ['nodes-without'] },
  'node-cache that is not ready': { planted: { pods: nodeCachePods({ ready: false }) }, found: ['not-ready'] },
  'node-cache that crashed': {
    planted: { pods: nodeCachePods({ restarts: 3, lastEnd: 'Error' }) },
    found: ['crashes'],
  },
  'memory limit': {
    planted: withNodeCache({ container: { resources: { limits: { memory: '30Mi' } } } }),
    found: ['memory-limit'],
  },
  'CPU limit': {
    planted: withNodeCache({ container: { resources: { limits: { cpu: '100m' } } } }),
    found: ['cpu-limit'],
  },
  'no pidfile': {
    planted: withNodeCache({ args: withoutArg('-pidfile', '/tmp/node-cache.pid') }),
    found: ['no-pidfile'],
  },
  'sync interval with a unit': {
    planted: withNodeCache({ args: [...healthyArgs, '-syncinterval=10s'] }),
    found: ['sync-interval'],
  },
  skipteardown: { planted: withNodeCache({ args: [...healthyArgs, '-skipteardown'] }), found: ['skips-tear-down'] },
  'an update of all nodes at once': {
    planted: withNodeCache({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } } }),
    found: ['update-strategy'],
  },
  'an update while pods have nothing else': {
    planted: {
      ...withPod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['169.254.20.10'], searches: ['x'] } }),
      ...withNodeCache({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } } }),
    },
    found: ['pods-lose-dns', 'update-strategy'],
  },
  surge: {
    planted: withNodeCache({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    }),
    found: ['surge'],
  },
  'no priority': { planted: withNodeCache({ pod: { priorityClassName: undefined } }), found: ['priority'] },
  'node-cache that asks cluster DNS': {
    planted: withNodeCache({ pod: { dnsPolicy: 'ClusterFirstWithHostNet' } }),
    found: ['own-dns-policy'],
  },
  'no liveness probe': { planted: withNodeCache({ container: { livenessProbe: undefined } }), found: ['liveness'] },
  'liveness probe of another port': {
    planted: withNodeCache({
      container: { livenessProbe: { httpGet: { host: '169.254.20.10', port: 8081, path: '/health' } } },
    }),
    found: ['liveness'],
  },
  'an update of a release that takes its link away first': {
    planted: withNodeCache({ image: 'registry.example/k8s-dns-node-cache:1.26.7' }),
    found: ['versions'],
  },
  'reload that may hang': { planted: withNodeCache({ args: withoutArg('-reloadwithsignal') }), found: ['versions'] },
  'release 1.21.0': {
    planted: withNodeCache({
      image: 'registry.example/k8s-dns-node-cache:1.21.0@sha256:0',
      args: withoutArg('-reloadwithsignal'),
    }),
    found: ['versions', 'versions'],
  },
  'forwards to itself': { planted: withCorefile(corefile({ upstream: '10.96.0.10' })), found: ['forwards-to-itself'] },
  'a placeholder left': {
    planted: withCorefile(corefile().replace('prometheus :9253', 'prometheus __PILLAR__PORT__')),
    found: ['placeholders'],
  },
  'holds an address and does not listen there': {
    planted: withCorefile(corefile({ bind: '169.254.20.10' })),
    found: ['binds'],
  },
  'listens on an address that it does not hold': {
    planted: withCorefile(corefile({ bind: '169.254.20.10 10.96.0.10 169.254.20.12' })),
    found: ['binds'],
  },
  'upstream service missing': {
    planted: { services: [service('kube-dns', '10.96.0.10')], pods: nodeCachePods() },
    found: ['missing-upstream'],
  },
  'another domain': {
    planted: withCorefile(corefile().replace('cluster.local:53', 'corp.local:53')),
    found: ['domain-missing'],
  },
  'TCP to the world': {
    planted: withCorefile(
      corefile().replace('forward . __PILLAR__UPSTREAM__SERVERS__', 'forward . 10.0.0.2 {\n force_tcp\n }'),
    ),
    found: ['tcp-to-outside'],
  },
  'IPVS, and the ClusterIP': {
    planted: withConfigMap('kube-proxy', { 'config.conf': 'mode: ipvs' }),
    found: ['service-proxy'],
  },
  'Cilium without a redirect': {
    planted: withConfigMap('cilium-config', { 'kube-proxy-replacement': 'true' }),
    found: ['service-proxy'],
  },
  'Cilium with a redirect': {
    planted: { ...withConfigMap('cilium-config', { 'kube-proxy-replacement': 'true' }), redirectPolicies: [redirect] },
    found: ['local-redirect'],
  },
};

for (const [mistake, { planted, found }] of Object.entries(mistakes))
  test(`found: ${mistake}`, () => {
    const { findings } = verify(healthyCluster(planted), { clusterDns: [] });
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      found,
    );
  });

test('what node-cache fills in at its start is no placeholder that was left', () => {
  const planted = withCorefile(corefile({ bind: '__PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__' }));
  assert.deepEqual(verify(healthyCluster(planted), { clusterDns: [] }).findings, []);
});

test('the worst comes first, whatever the order of the rules', () => {
  const typo = plantedPod('typo', {
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['169.254.20.11'], searches: ['x'] },
  });
  const pods = [...nodeCachePods({ restarts: 3, lastEnd: 'Error' }), typo];
  assert.deepEqual(
    verify(healthyCluster({ pods }), { clusterDns: [] }).findings.map(({ rule }) => rule),
    ['nobody-answers', 'crashes'],
  );
});

test('a finding about pods names their owners and how many they are', () => {
  const replica = { controller: { kind: 'ReplicaSet', name: 'web-abc12' }, labels: { 'pod-template-hash': 'abc12' } };
  const planted = { pods: [...nodeCachePods(), plantedPod('a', replica), plantedPod('b', replica), plantedPod('c')] };
  const [finding] = verify(healthyCluster(planted), { clusterDns: [] }).findings;
  assert.equal(
    finding?.what,
    '3 pods lose DNS whenever node-cache is gone from their node: Deployment shop/web (2), Pod shop/c',
  );
  assert.deepEqual(finding.objects, [
    { kind: 'Deployment', namespace: 'shop', name: 'web' },
    { kind: 'Pod', namespace: 'shop', name: 'c' },
  ]);
});

test('what kubelet is told decides who loses DNS: with --cluster-dns stock pods ask the link-local address', () => {
  const linkLocal = {
    configMaps: withConfigMaps('node-local-dns', {
      Corefile: corefile({ bind: '169.254.20.10', upstream: '10.96.0.10' }),
    }),
    daemonSets: [nodeCacheDaemonSet({ args: ['-localip', '169.254.20.10', ...healthyArgs.slice(2)] })],
    pods: [...nodeCachePods(), plantedPod('stock')],
  };
  const rules = (clusterDns: readonly string[], changes = {}) =>
    verify(healthyCluster({ ...linkLocal, ...changes }), { clusterDns }).findings.map(({ rule }) => rule);
  assert.deepEqual(rules([]), ['past-the-cache']);
  assert.deepEqual(rules(['169.254.20.10']), ['pods-lose-dns']);
  const unread = { configMaps: linkLocal.configMaps.filter(({ metadata }) => metadata?.name !== 'kubelet-config') };
  assert.deepEqual(rules([], unread), ['cluster-dns-assumed', 'past-the-cache']);
});

function withPod(pod: Partial<PodGlance>): Partial<ClusterSnapshot> {
  return { pods: [...nodeCachePods(), plantedPod('planted', pod)] };
}

function withNodeCache(changes: NodeCacheChanges): Partial<ClusterSnapshot> {
  return { daemonSets: [nodeCacheDaemonSet(changes)] };
}

function withCorefile(text: string): Partial<ClusterSnapshot> {
  return withConfigMap('node-local-dns', { Corefile: text });
}

function withConfigMap(name: string, data: Record<string, string>): Partial<ClusterSnapshot> {
  return { configMaps: withConfigMaps(name, data) };
}

function withConfigMaps(name: string, data: Record<string, string>): ClusterSnapshot['configMaps'] {
  const { configMaps } = healthyCluster();
  return [...configMaps.filter(({ metadata }) => metadata?.name !== name), configMap(name, data)];
}

function withoutArg(...gone: readonly string[]): readonly string[] {
  return healthyArgs.filter((arg) => !gone.includes(arg));
}

/** `name:value` words, as in resolv.conf. */
function fallback(options: readonly string[]): Partial<PodGlance> {
  const words = options.map((word) => word.split(':')).map(([name = '', value = '']) => ({ name, value }));
  return { ...fallbackUpstream, dnsConfig: { ...fallbackUpstream.dnsConfig, options: words } };
}
