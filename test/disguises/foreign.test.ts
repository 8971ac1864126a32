/** A cluster in which nothing has its usual name or address; the drill is told its kubeconfig and its context, and no more. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readDeployment } from './support/look-at.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { shortDrill, type Drilled } from './support/short-drill.ts';

let cluster: BootedCluster;
let drilled: Drilled;

before(async () => {
  cluster = await bootCluster({
    name: 'disguise-foreign',
    nodes: [
      { name: 'alpha', site: 'both' },
      { name: 'beta', site: 'control' },
    ],
    domain: 'k8s.corp.example',
    localIp: '169.254.25.10',
    serviceCidr: '10.233.0.0/18',
    kubeDnsIp: '10.233.0.3',
    podCidr: '10.200.0.0/16',
    coreDnsDeployment: 'kube-dns',
    dnsService: 'coredns',
  });
  drilled = await shortDrill(cluster, {
    probes: {
      names: [
        { name: 'www.example.com', kind: 'external' },
        { name: 'kubernetes.default', kind: 'service-short' },
      ],
    },
  });
});

after(() => cluster.release());

test('the drill passes', () => {
  assert.equal(drilled.error, null);
  assert.equal(drilled.verdict.result, 'pass', drilled.verdict.sentence);
});

test('another domain: short names of Services are found by its search list', () => {
  assert.equal(drilled.cluster.facts.domain, 'k8s.corp.example');
  const short = drilled.verdict.probes.filter(({ nameKind }) => nameKind === 'service-short');
  assert.ok(short.length > 0);
  for (const { probe, baseline, dnsConfig } of short) {
    assert.ok(dnsConfig.searches.includes('svc.k8s.corp.example'), probe);
    assert.equal(baseline.failed, 0, probe);
  }
});

test('another local IP: it is taken from node-cache itself', () => {
  assert.equal(drilled.cluster.facts.localIp, '169.254.25.10');
  const single = drilled.verdict.probes.find(({ dnsConfig }) => dnsConfig.name === 'single');
  assert.deepEqual(single?.dnsConfig.nameservers, ['169.254.25.10']);
  assert.equal(single.baseline.failed, 0);
});

test('another service range: kube-dns and kube-dns-upstream are asked at their own addresses', () => {
  const { kubeDnsIp, kubeDnsUpstreamIp } = drilled.cluster.facts;
  assert.equal(kubeDnsIp, '10.233.0.3');
  assert.match(kubeDnsUpstreamIp ?? '', /^10\.233\./);
  const stock = drilled.verdict.probes.find(({ site, dnsConfig }) => site === 'both' && dnsConfig.stock);
  assert.deepEqual(stock?.dnsConfig.nameservers, ['10.233.0.3']);
});

test('CoreDNS’s Deployment named kube-dns, and its Service named coredns', async () => {
  assert.equal(await readDeployment(drilled.cluster.kube, 'coredns'), null);
  assert.notEqual(await readDeployment(drilled.cluster.kube, 'kube-dns'), null);
  assert.equal(drilled.cluster.facts.coreDns.replicas, 2);
  assert.deepEqual(drilled.cluster.facts.coreDns.nodes, ['beta']);
});
