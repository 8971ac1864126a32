import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../../lib/config/scope.ts';
import { findSites } from '../../../lib/record/find-sites.ts';
import { readClusterFacts } from '../../../lib/record/read-cluster-facts.ts';
import { withControl } from '../../../lib/record/with-control.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';

// Not a timeout: in one process with all other tests it would run from the moment this file is loaded.
const signal = new AbortController().signal;
const siteLabel = 'nodelocal-drill.dev/site';
const node = (name: string, site?: string) => ({
  metadata: { name, labels: site === undefined ? {} : { [siteLabel]: site } },
  status: {
    addresses: [{ type: 'InternalIP', address: `172.30.0.${name.length}` }],
    nodeInfo: { containerRuntimeVersion: 'containerd://2.4.2', kernelVersion: '6.18' },
  },
});
const pod = (image: string, nodeName: string, args: readonly string[] = []) => ({
  spec: { nodeName, containers: [{ image, args }] },
  status: { podIP: '10.244.3.2', conditions: [{ type: 'Ready', status: 'True' }] },
});
const nodes = [node('zz', 'both'), node('a', 'both'), node('ctl', 'control'), node('plain')];

const answers: Readonly<Record<string, unknown>> = {
  '/version': { gitVersion: 'v1.37.2' },
  '/api/v1/nodes': { items: nodes },
  '/api/v1/nodes/a/proxy/configz': { kubeletconfig: { clusterDNS: ['169.254.20.10'], clusterDomain: 'corp.local' } },
  '/api/v1/namespaces/kube-system/services/kube-dns': { spec: { clusterIP: '10.96.0.10' } },
  '/api/v1/namespaces/kube-system/configmaps/kube-proxy': {
    data: { 'config.conf': 'kind: KubeProxyConfiguration\nmode: ""\n' },
  },
};

function serve(changed: Readonly<Record<string, unknown>> = {}) {
  const told: Readonly<Record<string, unknown>> = { ...answers, ...changed };
  return fakeApiServer((_request, response, { pathname, searchParams }) => {
    const labels = searchParams.get('labelSelector');
    if (labels === 'k8s-app=kube-dns')
      sendJson(response, { items: [pod('coredns:1.13', 'ctl'), pod('coredns:1.13', 'ctl')] });
    else if (labels !== null)
      sendJson(response, {
        items: [pod('registry.k8s.io/dns/k8s-dns-node-cache:1.26.8', 'a', ['-localip', '10.96.0.10,169.254.25.10'])],
      });
    else if (told[pathname] !== undefined) sendJson(response, told[pathname]);
    else sendJson(response, { message: 'not found' }, 404);
  });
}

test('a node is a site by its label; of two with the same the first by name', async () => {
  await using server = await serve();
  const sites = await findSites(server.kube, { siteLabel, wanted: ['both', 'link-local', 'control'], signal });
  assert.deepEqual(sites, [
    { name: 'both', node: 'a' },
    { name: 'control', node: 'ctl' },
  ]);
  await assert.rejects(findSites(server.kube, { siteLabel, wanted: ['link-local'], signal }), {
    message: /no node of context "fake" has the label/,
  });
});

test('only nodes in scope are sites, and no more are under test than may be', async () => {
  const pool = (name: string, site: string, pool: string) => ({
    metadata: { name, labels: { [siteLabel]: site, pool } },
  });
  const items = [
    pool('a', 'both', 'web'),
    pool('b', 'both', 'drill'),
    pool('c', 'link-local', 'drill'),
    pool('d', 'control', 'drill'),
  ];
  await using server = await fakeApiServer((_request, response) => {
    sendJson(response, { items });
  });
  const sitesIn = async (scope: Scope) =>
    findSites(server.kube, { siteLabel, wanted: ['both', 'link-local', 'control'], scope, signal });
  const nodeSelector = { pool: 'drill' };
  assert.deepEqual(
    (await sitesIn({ nodeSelector, maxNodes: Infinity })).map(({ node }) => node),
    ['b', 'c', 'd'],
  );
  assert.deepEqual(
    (await sitesIn({ nodeSelector, maxNodes: 1 })).map(({ node }) => node),
    ['b', 'd'],
  );
  await assert.rejects(sitesIn({ nodeSelector: { pool: 'none' }, maxNodes: 1 }), { message: /with pool=none/ });
});

test('facts are what the API server tells; what it does not tell is unknown, and what the maker knows comes first', async () => {
  await using server = await serve();
  const options = {
    kind: 'existing',
    localIp: '169.254.20.10',
    sites: [{ name: 'both', node: 'a' }],
    nodeCache: { namespace: 'kube-system', selector: 'k8s-app=node-local-dns' },
    signal,
  } as const;
  const facts = await readClusterFacts(server.kube, { ...options, known: {} });
  assert.equal(facts.kubeProxyMode, 'iptables');
  assert.equal(facts.kubeDnsUpstreamIp, null);
  assert.equal(facts.domain, 'corp.local');
  assert.deepEqual(
    facts.nodes.find(({ name }) => name === 'a'),
    { name: 'a', site: 'both', ip: '172.30.0.1', clusterDns: '169.254.20.10' },
  );
  assert.deepEqual(
    facts.nodes.find(({ name }) => name === 'plain'),
    { name: 'plain', site: null, ip: '172.30.0.5', clusterDns: null },
  );
  assert.deepEqual(facts.nodeCache, {
    program: 'registry.k8s.io/dns/k8s-dns-node-cache:1.26.8',
    version: '1.26.8',
    standIn: false,
    linkMadeByInitContainer: false,
  });
  assert.deepEqual(facts.coreDns, {
    version: 'coredns:1.13',
    replicas: 2,
    nodes: ['ctl'],
    podIps: ['10.244.3.2', '10.244.3.2'],
  });
  assert.equal('packages' in facts, false);
  assert.equal(facts.localIp, '169.254.20.10');
  const unset = await readClusterFacts(server.kube, { ...options, localIp: null, known: {} });
  assert.equal(unset.localIp, '169.254.25.10', "node-cache's own, and not the ClusterIP that it binds too");
  const known = { kubeProxyMode: 'nftables', packages: { runc: '1.1.5+ds1-1+deb12u1' } };
  const told = await readClusterFacts(server.kube, { ...options, known });
  assert.equal(told.kubeProxyMode, 'nftables');
  assert.deepEqual(told.packages, known.packages);
});

test('cluster DNS is found by another name of its Service; without any, what was looked for is said', async () => {
  const options = {
    kind: 'existing',
    localIp: null,
    sites: [{ name: 'both', node: 'a' }],
    nodeCache: { namespace: 'kube-system', selector: 'k8s-app=node-local-dns' },
    known: {},
    signal,
  } as const;
  const services = (...items: readonly unknown[]) => ({
    '/api/v1/namespaces/kube-system/services/kube-dns': undefined,
    '/api/v1/namespaces/kube-system/services': { items },
  });
  const service = (name: string, clusterIP: string, labels = {}) => ({
    metadata: { namespace: 'kube-system', name, labels },
    spec: { clusterIP },
  });
  const label = { 'k8s-app': 'kube-dns' };
  await using rke2 = await serve(
    services(
      service('kube-dns-upstream', '10.96.0.9', label),
      service('rke2-coredns-rke2-coredns', '10.43.0.10', label),
    ),
  );
  assert.equal((await readClusterFacts(rke2.kube, options)).kubeDnsIp, '10.43.0.10');
  await using none = await serve(services(service('metrics', '10.96.0.7')));
  await assert.rejects(readClusterFacts(none.kube, options), { message: /no Service of cluster DNS/ });
});

test('without a node for it the control asks a CoreDNS pod from a node under test', () => {
  const both = { name: 'both', node: 'only' } as const;
  const coreDns = { version: '1.13', replicas: 2, nodes: ['only'], podIps: ['10.244.1.4', '10.244.1.3'] };
  const wanted = ['both', 'control'] as const;
  const control = { name: 'control', node: 'only', asksCoreDnsPod: '10.244.1.3' };
  assert.deepEqual(withControl([both], wanted, { coreDns }), [both, control]);
  assert.deepEqual(withControl([both], ['both'], { coreDns }), [both], 'nobody wants one');
  assert.deepEqual(withControl([both], wanted, { coreDns: { ...coreDns, podIps: [] } }), [both], 'no pod to ask');
  const labelled = [both, { name: 'control', node: 'other' } as const];
  assert.deepEqual(withControl(labelled, wanted, { coreDns }), labelled);
});
