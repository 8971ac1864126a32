import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindConfig } from '../../../lib/cluster/kind/kind-config.ts';
import { kindSettingsSchema } from '../../../lib/config/kind-settings.ts';

function config(settings: object = {}, more: { ownNetwork?: boolean; cgroups?: 'v1' | 'v2'; image?: string } = {}) {
  return kindConfig({
    settings: kindSettingsSchema.parse(settings),
    engine: { cgroups: more.cgroups ?? 'v2' },
    image: more.image ?? 'kindest/node:v1.37.0',
    ownNetwork: more.ownNetwork ?? true,
  });
}

const patches = (texts: readonly string[]) => texts.map((text) => JSON.parse(text) as Record<string, unknown>);

test('one node for each site: the control plane is the control, and takes probes', () => {
  const { nodes } = config();
  assert.deepEqual(
    nodes.map(({ role, labels }) => [role, labels]),
    [
      ['control-plane', { 'nodelocal-drill.dev/site': 'control' }],
      ['worker', { 'nodelocal-drill.dev/site': 'both' }],
      ['worker', { 'nodelocal-drill.dev/site': 'link-local' }],
    ],
  );
  assert.deepEqual(patches(nodes[0]?.kubeadmConfigPatches ?? []), [
    { kind: 'InitConfiguration', nodeRegistration: { taints: [] } },
  ]);
});

test('only on link-local kubelet names node-cache’s address to pods', () => {
  const { nodes } = config({ localIp: '169.254.25.10' });
  assert.deepEqual(nodes[1]?.kubeadmConfigPatches, []);
  assert.deepEqual(patches(nodes[2]?.kubeadmConfigPatches ?? []), [
    { kind: 'JoinConfiguration', nodeRegistration: { kubeletExtraArgs: { 'cluster-dns': '169.254.25.10' } } },
  ]);
});

test('kube-proxy’s mode, the CNI and cgroup v1 follow settings, image and engine', () => {
  assert.deepEqual(config({ proxyMode: 'nftables' }).networking, {
    kubeProxyMode: 'nftables',
    disableDefaultCNI: false,
  });
  assert.equal(config({}, { ownNetwork: false }).networking.disableDefaultCNI, true);
  const failsOnV1 = (cgroups: 'v1' | 'v2') =>
    patches(config({}, { cgroups }).kubeadmConfigPatches)[0]?.['failCgroupV1'];
  assert.equal(failsOnV1('v1'), false);
  assert.equal(failsOnV1('v2'), undefined);
});

test('CoreDNS of a node image of the project’s own has a name of its own, and no other image’s', () => {
  const own = config({}, { image: 'localhost/nodelocal-drill-kind-node:v1.37.2-0123' });
  assert.deepEqual(patches(own.kubeadmConfigPatches), [
    { kind: 'ClusterConfiguration', dns: { imageRepository: 'localhost/nodelocal-drill', imageTag: '1' } },
  ]);
  assert.deepEqual(config().kubeadmConfigPatches, []);
});
