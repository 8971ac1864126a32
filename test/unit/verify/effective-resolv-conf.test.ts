import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveResolvConf } from '../../../lib/verify/effective-resolv-conf.ts';
import { ownerOf } from '../../../lib/verify/owner-of.ts';
import { plantedPod } from '../../support/planted-cluster.ts';

const kubelet = { servers: ['10.96.0.10'], domain: 'corp.local' };
const of = (changes: Parameters<typeof plantedPod>[1]) => effectiveResolvConf(plantedPod('p', changes), kubelet);

test('ClusterFirst begins with kubelet’s servers and search list; dnsConfig is appended and its options win', () => {
  const dnsConfig = {
    nameservers: ['169.254.20.10', '10.96.0.10'],
    searches: ['corp.example'],
    options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
  };
  const { base, nameservers, searches, options } = of({ dnsConfig });
  assert.equal(base, 'cluster');
  assert.deepEqual(nameservers, ['10.96.0.10', '169.254.20.10']);
  assert.deepEqual(searches, ['shop.svc.corp.local', 'svc.corp.local', 'corp.local', 'corp.example']);
  assert.deepEqual(
    [...options],
    [
      ['ndots', '2'],
      ['edns0', ''],
    ],
  );
});

test('on the host network ClusterFirst means the node’s own; ClusterFirstWithHostNet means cluster DNS; None means nothing', () => {
  assert.equal(of({ hostNetwork: true }).base, 'node');
  assert.equal(of({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }).base, 'cluster');
  assert.equal(of({ dnsPolicy: 'Default' }).base, 'node');
  const none = of({ dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'] } });
  assert.deepEqual([none.base, none.nameservers, none.searches, none.options.size], ['none', ['1.1.1.1'], [], 0]);
});

test('kubelet cuts after three nameservers', () => {
  const { nameservers, leftOut } = of({ dnsConfig: { nameservers: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] } });
  assert.deepEqual(nameservers, ['10.96.0.10', '10.0.0.1', '10.0.0.2']);
  assert.deepEqual(leftOut, ['10.0.0.3']);
});

test('an owner is what people call it', () => {
  const owner = (kind: string, name: string, labels = {}) => {
    const found = ownerOf(plantedPod('p', { controller: { kind, name }, labels }));
    return `${found.kind} ${found.name}`;
  };
  assert.equal(owner('ReplicaSet', 'web-5f4', { 'pod-template-hash': '5f4' }), 'Deployment web');
  assert.equal(owner('ReplicaSet', 'web-5f4'), 'ReplicaSet web-5f4');
  assert.equal(owner('ReplicaSet', 'web-77', { 'rollouts-pod-template-hash': '77' }), 'Rollout web');
  assert.equal(owner('Job', 'backup-29900160'), 'CronJob backup');
  assert.equal(owner('Job', 'migrate-20261124'), 'Job migrate-20261124');
  assert.equal(owner('StatefulSet', 'db'), 'StatefulSet db');
});
