import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { redactObject } from '../../../lib/diagnostics/redact-object.ts';
import { redacted, redactText } from '../../../lib/diagnostics/redact-text.ts';
import { plantedLog, plantedPod, plantedSecret, plants } from './planted-secrets.ts';

test('of the planted secrets none survives in a log, whole or line by line', () => {
  const log = plantedLog();
  for (const plant of plants) assert.ok(log.includes(plant), `${plant} was planted`);
  assert.deepEqual(survivors(redactText(log)), []);
});

test('none survives in objects of the API', () => {
  for (const object of [plantedPod(), plantedSecret()]) {
    const before = stringify(object);
    assert.ok(survivors(before).length > 3);
    assert.deepEqual(survivors(stringify(redactObject(object))), []);
  }
});

test('a private key whose beginning or end was cut off goes too', () => {
  const lines = plantedLog().split('\n');
  const begin = lines.findIndex((line) => line.includes('BEGIN RSA PRIVATE KEY'));
  assert.doesNotMatch(redactText(lines.slice(begin + 1).join('\n')), /MIIEplanted/);
  assert.doesNotMatch(redactText(lines.slice(0, begin + 2).join('\n')), /MIIEplanted/);
});

test('what a reader needs stays: names of secrets, paths, ordinary lines, CoreDNS and kubelet talk', () => {
  for (const line of [
    '[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df59329c62c0b729d94e8b61db9961c2fa5',
    'Setting log level 2, tokens 5 of 10 were used',
    'failed to load secret kube-system/coredns-tls: not found',
    'MountVolume.SetUp succeeded for volume "kube-api-access-abcde" (UniqueName: "kubernetes.io/projected/x-kube-api-access-abcde")',
    'back-off 10s restarting failed container=node-cache pod=node-local-dns-x_kube-system(3fa9)',
  ])
    assert.equal(redactText(line), line);
  const pod = {
    volumes: [{ name: 'a', secret: { secretName: 'coredns-tls' } }],
    env: [{ name: 'GOGC', value: '50' }],
    serviceAccountToken: { path: 'token', expirationSeconds: 3607 },
    args: ['--token-file', '/var/run/token', '-localip', '169.254.20.10,10.96.0.10'],
  };
  assert.deepEqual(redactObject(pod), pod);
});

test('a value under a secret name never survives, whatever it is', () => {
  const value = fc.stringMatching(/^[A-Za-z0-9+/_.-]{8,40}$/).filter((text) => !text.startsWith('-'));
  const name = fc.constantFrom(
    'password',
    'DB_PASSWORD',
    'apiKey',
    'aws_secret_access_key',
    'client-key-data',
    'X-Auth-Token',
  );
  fc.assert(
    fc.property(name, value, (key, secret) => {
      for (const text of [`${key}=${secret}`, `${key}: ${secret}`, `{"${key}":"${secret}"}`, `--${key} ${secret} x`])
        assert.ok(!redactText(text).replaceAll(redacted, '').includes(secret), `${text} gives ${redactText(text)}`);
      assert.deepEqual(redactObject({ name: key, value: secret }), { name: key, value: redacted });
      assert.deepEqual(redactObject({ [key]: secret }), { [key]: redacted });
      assert.deepEqual(redactObject([`--${key}`, secret]), [`--${key}`, redacted]);
    }),
  );
});

function survivors(text: string): readonly string[] {
  return plants.filter((plant) => text.includes(plant));
}
