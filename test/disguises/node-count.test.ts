/** One node, and five. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listPods } from '../../lib/kube/objects.ts';
import { bootCluster } from '../support/booted-cluster.ts';
import { shortDrill } from './support/short-drill.ts';

test('one node: the control asks a CoreDNS pod from it, and the report says what that can’t show', async () => {
  await using cluster = await bootCluster({
    name: 'disguise-one',
    nodes: [{ name: 'solo', site: 'both' }],
  });
  const { cluster: seen, verdict, error } = await shortDrill(cluster);
  assert.equal(error, null);
  assert.equal(verdict.result, 'pass', verdict.sentence);
  const control = verdict.probes.filter(({ site }) => site === 'control');
  const podIps = seen.facts.coreDns.podIps ?? [];
  assert.equal(podIps.length, 2);
  assert.deepEqual(
    control.map(({ resolver, node, dnsConfig }) => [resolver, node, podIps.includes(dnsConfig.nameservers[0] ?? '')]),
    [
      ['glibc', 'solo', true],
      ['wire', 'solo', true],
    ],
  );
  const stock = verdict.probes.find(({ site, dnsConfig }) => site === 'both' && dnsConfig.stock);
  assert.ok((stock?.afterFaults.worstNs ?? 0) > 100e6, 'the node’s own DNS felt the kill, and the control did not');
  const check = (name: string) => verdict.checks.find((each) => each.name === name);
  assert.equal(check('calm control')?.result, 'ok');
  assert.match(check('calm control')?.found ?? '', /no untouched node: .* is not shown/);
  assert.match(check('who answered')?.found ?? '', /CoreDNS runs on solo too/);
});

test('five nodes: one of each site is drilled, and node-cache of the others is left alone', async () => {
  await using cluster = await bootCluster({
    name: 'disguise-five',
    nodes: [
      { name: 'a', site: 'both' },
      { name: 'b', site: 'both' },
      { name: 'c', site: 'link-local' },
      { name: 'd', site: 'control' },
      { name: 'e', site: 'control' },
    ],
  });
  const { cluster: seen, journal, verdict, error } = await shortDrill(cluster);
  assert.equal(error, null);
  assert.equal(verdict.result, 'pass', verdict.sentence);
  assert.deepEqual(
    seen.sites.all.map(({ name, node }) => `${name} ${node}`),
    ['both a', 'link-local c', 'control d'],
  );
  assert.deepEqual([...new Set(journal.faults.map(({ node }) => node))].sort(), ['a', 'c']);
  const signal = AbortSignal.timeout(10_000);
  const { items } = await listPods(
    seen.kube,
    { namespace: 'kube-system', labels: 'k8s-app=node-local-dns', fields: 'spec.nodeName=b' },
    signal,
  );
  assert.equal(items.length, 1);
  assert.equal(items[0]?.status?.containerStatuses?.[0]?.restartCount, 0);
  const started = journal.head.startedAtUtc;
  assert.ok((items[0].metadata?.creationTimestamp ?? started) < started, 'and not made anew either');
});
