import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterSnapshot } from '../../../lib/kube/snapshot.ts';
import { verify } from '../../../lib/verify/verify.ts';
import {
  configMap,
  fallbackUpstream,
  healthyArgs,
  healthyCluster,
  nodeCacheDaemonSet,
  nodeCachePods,
  plantedPod,
} from '../../support/planted-cluster.ts';

const servers = (...nameservers: readonly string[]) => ({
  dnsPolicy: 'None',
  dnsConfig: { nameservers, searches: ['x'] },
});
const planted = {
  stock: plantedPod('stock'),
  single: plantedPod('single', servers('169.254.20.10')),
  same: plantedPod('same', servers('169.254.20.10', '10.96.0.10')),
  fine: plantedPod('fine', fallbackUpstream),
  typo: plantedPod('typo', servers('169.254.20.99')),
  'half a typo': plantedPod('half', servers('169.254.20.99', '10.96.3.4')),
  past: plantedPod('past', servers('10.96.3.4')),
  node: plantedPod('node', { dnsPolicy: 'Default' }),
  'elsewhere, stock': plantedPod('elsewhere', { node: 'n3' }),
  'elsewhere, single': plantedPod('elsewhere', { ...servers('169.254.20.10'), node: 'n3' }),
  ended: plantedPod('ended', { phase: 'Succeeded' }),
};

/** What becomes of the one planted pod: `killed, updated`; none is counted where it looks nothing up. */
function fate(name: keyof typeof planted, changes: Partial<ClusterSnapshot> = {}): string {
  const pods = [...nodeCachePods(), planted[name]];
  const { census } = verify(healthyCluster({ pods, ...changes }), { clusterDns: [] });
  const groups = census.groups.filter(({ owners }) => owners.some(({ owner }) => owner.namespace === 'shop'));
  return groups.map(({ killed, updated }) => `${killed}, ${updated}`).join('; ') || 'not counted';
}

test('after a kill node-cache’s addresses are dead; after an update CoreDNS answers at the ClusterIP again', () => {
  assert.equal(fate('stock'), 'loses, keeps');
  assert.equal(fate('single'), 'loses, loses');
  assert.equal(fate('same'), 'loses, slows');
  assert.equal(fate('fine'), 'slows, slows');
  assert.equal(fate('past'), 'keeps, keeps');
});

test('an address that nobody holds is dead now; on a node without node-cache the ClusterIP is CoreDNS’s', () => {
  assert.equal(fate('typo'), 'dead, dead');
  assert.equal(fate('half a typo'), 'slows, slows');
  assert.equal(fate('elsewhere, stock'), 'keeps, keeps');
  assert.equal(fate('elsewhere, single'), 'dead, dead');
});

test('what the node’s own resolv.conf says is not known; a pod that ended is not counted', () => {
  assert.equal(fate('node'), 'unknown, unknown');
  assert.equal(fate('ended'), 'not counted');
});

test('without a teardown an update is as bad as a kill', () => {
  const daemonSets = [nodeCacheDaemonSet({ args: [...healthyArgs, '-skipteardown'] })];
  assert.equal(fate('stock', { daemonSets }), 'loses, loses');
});

test('Cilium takes the ClusterIP to CoreDNS, past node-cache', () => {
  const { configMaps } = healthyCluster();
  const cilium = configMap('cilium-config', { 'kube-proxy-replacement': 'true' });
  assert.equal(fate('stock', { configMaps: [...configMaps, cilium] }), 'keeps, keeps');
});

test('groups tell the longest lookup of each resolver, worst groups first, and count owners', () => {
  const pods = [...nodeCachePods(), planted.fine, planted.stock, plantedPod('stock-2'), planted.typo];
  const { census } = verify(healthyCluster({ pods }), { clusterDns: [] });
  assert.deepEqual(
    census.groups.map((group) => [group.killed, group.pods]),
    [
      ['dead', 1],
      ['loses', 2],
      ['slows', 1],
      ['unknown', 2],
    ],
  );
  assert.equal(census.pods, 6);
  // `timeout:2` and a good second server: glibc and Go go over after 2 s; musl asks both at once (facts of lib/resolver-model).
  const slow = census.groups.find(({ killed }) => killed === 'slows')?.longestLookups ?? [];
  assert.deepEqual(
    slow.filter(({ resolver }) => resolver !== 'c-ares'),
    [
      { resolver: 'glibc', seconds: 2.01, fails: false },
      { resolver: 'musl', seconds: 0.01, fails: false },
      { resolver: 'go', seconds: 2.01, fails: false },
    ],
  );
  // One silent server and the defaults, as long as node-cache is gone: musl gives up after 5 s in all.
  const lost = census.groups.find(({ killed }) => killed === 'loses')?.longestLookups ?? [];
  assert.deepEqual(
    lost.filter(({ resolver }) => resolver === 'musl'),
    [{ resolver: 'musl', seconds: 5, fails: true }],
  );
  assert.ok(lost.every(({ seconds }) => seconds >= 5));
});
