import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import stringWidth from 'string-width';
import { parseAskedTwice } from '../../../lib/probe/asked-twice.ts';
import { publishedSchemas } from '../../../lib/report/published-schemas.ts';
import { renderVerifyPage } from '../../../lib/report/terminal/verify-page.ts';
import { viewCluster } from '../../../lib/verify/cluster-view.ts';
import { planAsking } from '../../../lib/verify/probe/plan-asking.ts';
import { verify } from '../../../lib/verify/verify.ts';
import { askedRound, askedServer, askedSuffix } from '../../support/asked-round.ts';
import { healthyCluster, nodeCachePods, plantedPod } from '../../support/planted-cluster.ts';

const coreDns = plantedPod('coredns-1', {
  namespace: 'kube-system',
  labels: { 'k8s-app': 'kube-dns' },
  ip: '10.244.0.2',
});
const cluster = healthyCluster({ pods: [...nodeCachePods({ ip: '172.30.0.2' }), coreDns] });
const options = { namespace: 'nodelocal-drill', nodeSelector: {}, mostNodes: null };
const plan = { node: 'n1', suffix: askedSuffix, servers: [askedServer], metrics: [] };
const stock =
  'search nodelocal-drill.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n';

function probed(resolvConf: string, rounds: readonly ReturnType<typeof askedRound>[]) {
  const nodes = [{ plan, seen: { resolvConf, rounds }, failure: null }];
  return verify(cluster, { clusterDns: [] }, { namespace: 'nodelocal-drill', nodes });
}

const rulesOf = ({ findings }: ReturnType<typeof verify>) =>
  findings.filter(({ rule }) => rule.startsWith('probe-')).map(({ rule, severity }) => `${severity} ${rule}`);

test('one node of each DaemonSet is asked from, with the addresses and ports of its Corefile', () => {
  assert.deepEqual(planAsking(viewCluster(cluster, { clusterDns: [] }), options), [
    {
      node: 'n1',
      suffix: 'nodelocal-drill.svc.cluster.local',
      servers: ['169.254.20.10'],
      metrics: ['node-cache=http://172.30.0.2:9253/metrics', 'coredns=http://10.244.0.2:9153/metrics'],
    },
  ]);
});

test('more nodes when they are wanted, and none but those with the labels', () => {
  const view = viewCluster(cluster, { clusterDns: [] });
  const nodesOf = (more: object) => planAsking(view, { ...options, ...more }).map(({ node }) => node);
  assert.deepEqual(nodesOf({ mostNodes: 5 }), ['n1', 'n2']);
  assert.deepEqual(nodesOf({ nodeSelector: { sacrificed: 'yes' } }), []);
  assert.deepEqual(planAsking(viewCluster(healthyCluster({ daemonSets: [] }), { clusterDns: [] }), options), []);
});

test('all as computed, and proved: no finding', () => {
  assert.deepEqual(rulesOf(probed(stock, [askedRound()])), []);
  const nodesOwn = stock.replace('cluster.local\n', 'cluster.local corp.example\n');
  assert.deepEqual(rulesOf(probed(nodesOwn, [askedRound()])), [], 'kubelet appends the node’s search list');
});

test('what a pod found wrong is told by node, the worst first', () => {
  const past = askedRound({ arrived: [0, 0], hits: [0, 0], misses: [0, 0], atCoreDns: [5, 5] });
  const report = probed(stock.replace('10.96.0.10', askedServer).replace('ndots:5', 'ndots:2'), [past]);
  assert.deepEqual(rulesOf(report), ['problem probe-past-the-cache', 'risk probe-resolv-conf']);
  const [first] = report.findings;
  assert.match(
    first?.what ?? '',
    /^1 node \(n1\): queries to a pod’s first nameserver 169\.254\.20\.10 go past DaemonSet/,
  );
  assert.match(
    report.findings.find(({ rule }) => rule === 'probe-resolv-conf')?.what ?? '',
    /nameserver 169\.254\.20\.10, computed 10\.96\.0\.10; options ndots:2, computed ndots:5$/,
  );
});

test('a pod that did not come up is a note, and nothing is said of its node', () => {
  const nodes = [{ plan, seen: null, failure: 'ErrImageNeverPull' }];
  const report = verify(cluster, { clusterDns: [] }, { namespace: 'nodelocal-drill', nodes });
  assert.deepEqual(rulesOf(report), ['note probe-failed']);
});

for (const columns of [80, 120])
  test(`on ${columns} columns the section says what each server did, and the report fits the schema`, () => {
    const report = probed(stock, [askedRound(), { ...askedRound({ answer: 'timeout' }), server: '10.96.0.10' }]);
    const page = renderVerifyPage(report, { columns, colour: false, exitCode: 1 });
    assert.deepEqual(
      page.split('\n').filter((line) => stringWidth(line) > columns && line.includes(' ', columns)),
      [],
    );
    const flat = page.replace(/\s+/g, ' ');
    assert.match(
      flat,
      /Fresh names, asked for twice .* n1 resolv\.conf: nameserver 10\.96\.0\.10; search .* \(as computed\)/,
    );
    assert.match(
      flat,
      /169\.254\.20\.10 proved: first 5 misses, 0 hits, 5 sent on, 5 at CoreDNS; .* 10\.96\.0\.10 no answer: timeout/,
    );
    const fits = new Ajv2020().compile(publishedSchemas().get('verify.schema.json') as object);
    assert.equal(fits(JSON.parse(JSON.stringify(report))), true, JSON.stringify(fits.errors));
  });

test('the log of a pod is read whole or not at all', () => {
  const hello = JSON.stringify({ hello: { resolvConf: stock } });
  const round = JSON.stringify({ round: { server: 's', round: 1, answers: ['NXDOMAIN'], again: [], againAfterMs: 9 } });
  const counters = (moved: unknown) =>
    JSON.stringify({ counters: { server: 's', round: 1, of: 'node-cache=x', error: null, moved } });
  const end = '{"end":{}}';
  const read = parseAskedTwice([hello, round, counters([['a', 1, 0]]), counters([['b', 0, 2]]), end]);
  assert.deepEqual(read.rounds[0]?.counters, [
    {
      of: 'node-cache=x',
      error: null,
      moved: [
        ['a', 1, 0],
        ['b', 0, 2],
      ],
    },
  ]);
  assert.throws(() => parseAskedTwice([hello, round]), /ended before it had said all/);
  assert.throws(() => parseAskedTwice([hello, counters([]), end]), /a round that it did not ask/);
  assert.throws(() => parseAskedTwice(['node:internal/modules: oh no']), /its pod printed node:internal/);
});
