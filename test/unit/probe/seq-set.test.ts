import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seqRanges } from '../../../lib/probe/seq-ranges.ts';
import { SeqSet } from '../../../lib/probe/seq-set.ts';

test('every number is taken once, and the missing ones are exactly those never added', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60)), fc.nat(80), (numbers, end) => {
      const set = new SeqSet();
      const model = new Set<number>();
      for (const number of numbers) {
        assert.equal(set.add(number), !model.has(number));
        model.add(number);
      }
      assert.equal(set.size, model.size);
      assert.deepEqual(
        set.missingBelow(end),
        Array.from({ length: end }, (_, seq) => seq).filter((seq) => !model.has(seq)),
      );
    }),
  );
});

test('missing numbers are said as ranges, and a long list is cut', () => {
  assert.equal(seqRanges([3, 7, 8, 9, 20]), '3, 7–9, 20');
  assert.equal(seqRanges([1, 3, 5, 7], 2), '1, 3 and 2 more');
  assert.equal(seqRanges([]), '');
});
