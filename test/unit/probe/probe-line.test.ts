import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseProbeLine } from '../../../lib/probe/probe-line.ts';

const lookup = { seq: 7, dueNs: 1, startNs: 2, endNs: 3, outcome: 'failed', answers: [], error: 'EAI_AGAIN' };

test('each kind of line of the protocol is known', () => {
  const hello = { resolver: 'glibc', version: 'glibc 2.36', bootId: 'b', firstDueNs: 1, intervalNs: 2, resolvConf: '' };
  assert.deepEqual(parseProbeLine(JSON.stringify({ hello })), { kind: 'hello', hello });
  assert.deepEqual(parseProbeLine(JSON.stringify(lookup)), { kind: 'lookup', lookup });
  assert.deepEqual(parseProbeLine('{"end":{"seq":1200}}'), { kind: 'end', lines: 1200 });
  assert.deepEqual(parseProbeLine('{"trouble":"out of threads"}'), { kind: 'trouble', message: 'out of threads' });
});

test('a lookup that lacks something or has an unknown outcome is damaged, and the line is shown', () => {
  for (const bad of [
    { ...lookup, outcome: 'lost' },
    { ...lookup, dueNs: null },
    { ...lookup, more: 1 },
  ]) {
    const line = parseProbeLine(JSON.stringify(bad));
    assert.ok(line.kind === 'damaged' && line.message.includes('"seq":7'), JSON.stringify(line));
  }
});

test('whatever a probe prints, reading it never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseProbeLine(text);
    }),
  );
});
