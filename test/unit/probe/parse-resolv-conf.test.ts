import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseResolvConf } from '../../../lib/probe/parse-resolv-conf.ts';

test('a resolv.conf as kubelet writes it', () => {
  const text =
    'search a.svc.cluster.local svc.cluster.local\nnameserver 10.96.0.10\nnameserver 10.96.0.11\noptions ndots:5 timeout:2 attempts:3\n';
  assert.deepEqual(parseResolvConf(text), {
    nameservers: ['10.96.0.10', '10.96.0.11'],
    searches: ['a.svc.cluster.local', 'svc.cluster.local'],
    ndots: 5,
    timeoutS: 2,
    attempts: 3,
  });
});

test('what is not said has the resolver’s default; comments and flags without number are nothing', () => {
  assert.deepEqual(parseResolvConf('# nameserver 1.1.1.1\n\noptions rotate edns0\n'), {
    nameservers: [],
    searches: [],
    ndots: 1,
    timeoutS: null,
    attempts: null,
  });
});
