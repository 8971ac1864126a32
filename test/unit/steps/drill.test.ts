import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countDrill } from '../../steps/drill.ts';

function counted(...results: readonly string[]) {
  const attempts = results.map((result, i) => ({ runId: `r${i}`, result, sentence: 'so it was' }));
  return countDrill({ experiment: 'no-fault', cluster: 'kind', attempts });
}

test('a pass is a pass, and nothing is left to say', () => {
  assert.deepEqual(counted('pass'), { passed: 1, failed: 0, skipped: 0, skips: [] });
});

test('a pass when repeated counts as passed; the inconclusive one before stays listed', () => {
  const { skips, ...counts } = counted('inconclusive', 'pass');
  assert.deepEqual(counts, { passed: 1, failed: 0, skipped: 0 });
  assert.deepEqual(skips, [
    'no-fault on kind: inconclusive: so it was (results/r0)\nno-fault on kind, repeated: pass: so it was (results/r1)',
  ]);
});

test('twice inconclusive, or skipped, is skipped', () => {
  for (const results of [['inconclusive', 'inconclusive'], ['inconclusive'], ['skipped']]) {
    const { skips = [], ...counts } = counted(...results);
    assert.deepEqual(counts, { passed: 0, failed: 0, skipped: 1 });
    assert.equal(skips.length, 1);
  }
});

test('what failed, broke or was aborted in any attempt is a failure, whatever the others say', () => {
  for (const bad of ['fail', 'broken', 'aborted'])
    for (const results of [[bad], ['inconclusive', bad], ['inconclusive', 'pass', bad]]) {
      const { failures = '', ...counts } = counted(...results);
      assert.deepEqual(counts, { passed: 0, failed: 1, skipped: 0 });
      assert.match(failures, new RegExp(`: ${bad}: so it was`));
    }
});
