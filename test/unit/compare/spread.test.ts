import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exactly, smallestDifference, spreadOf, type Bounds } from '../../../lib/compare/spread.ts';

const bounds = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
  .map(([a, b]): Bounds => ({ least: Math.min(a, b), most: Math.max(a, b) }));

test('the smallest difference is one that two values within the bounds have, and no smaller one is', () => {
  fc.assert(
    fc.property(bounds, bounds, (before, after) => {
      const difference = smallestDifference(before, after);
      const overlap = before.least <= after.most && after.least <= before.most;
      assert.equal(difference === 0, overlap);
      assert.equal(smallestDifference(after, before), difference === 0 ? 0 : -difference);
      if (difference > 0) assert.equal(before.most + difference, after.least);
    }),
  );
});

test('recovered and not recovered lie endlessly apart, two that did not recover only by what is certain', () => {
  assert.equal(smallestDifference(exactly(5), { least: 5, most: Infinity }), Infinity);
  assert.equal(smallestDifference({ least: 5, most: Infinity }, exactly(5)), -Infinity);
  assert.equal(smallestDifference({ least: 5, most: Infinity }, { least: 9, most: Infinity }), 0);
});

test('the median is of each bound, of an even number the mean of the middle two; the range is the widest', () => {
  const [a, b, c] = [
    { least: 1, most: 2 },
    { least: 5, most: 9 },
    { least: 3, most: 10 },
  ];
  assert.deepEqual(spreadOf([a, b, c]), { median: { least: 3, most: 9 }, range: { least: 1, most: 10 }, runs: 3 });
  assert.deepEqual(spreadOf([a, b])?.median, { least: 3, most: 5.5 });
  assert.equal(spreadOf([exactly(1), { least: 1, most: Infinity }])?.median.most, Infinity);
  assert.equal(spreadOf([]), null);
});
