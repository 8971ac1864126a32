import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { drillConfigSchema } from '../../../lib/config/drill-config.ts';
import { parseDurationNs } from '../../../lib/config/duration.ts';

test('durations have a unit', () => {
  assert.equal(parseDurationNs('50 ms'), 50e6);
  assert.equal(parseDurationNs('2.5s'), 2.5e9);
  assert.equal(parseDurationNs('3 min'), 180e9);
  assert.equal(parseDurationNs('1 h'), 3600e9);
  for (const bad of ['', '5', '2 m', '-1 s', '1e3 ms', 's'])
    assert.throws(() => parseDurationNs(bad), { message: /write a number and its unit/ });
});

test('everything has a default', () => {
  const config = drillConfigSchema.parse({});
  assert.equal(config.probes.busyInterval, 50e6);
  assert.deepEqual(config.allowContexts, []);
});

test('what can’t be used is refused with the key and the value', () => {
  const refused = (config: object) => {
    const { error } = drillConfigSchema.safeParse(config);
    assert.ok(error, JSON.stringify(config));
    return z.prettifyError(error);
  };
  assert.match(refused({ timing: { baseline: 10 } }), /"10" is not a duration.*\n.*timing\.baseline/);
  assert.match(refused({ probes: { busyInterval: '5 ms' } }), /at least 10 ms/);
  assert.match(refused({ probes: { resolvers: ['bind'] } }), /probes\.resolvers/);
  assert.match(refused({ treshold: {} }), /Unrecognized key: "treshold"/);
});
