import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quantile } from '../../../lib/judge/quantile.ts';

test('nearest rank', () => {
  const values = [15, 20, 35, 40, 50];
  assert.equal(quantile(values, 0.05), 15);
  assert.equal(quantile(values, 0.3), 20);
  assert.equal(quantile(values, 0.4), 20);
  assert.equal(quantile(values, 0.5), 35);
  assert.equal(quantile(values, 1), 50);
  assert.equal(quantile([], 0.5), null);
});

test('p99 of a hundred is the second largest', () => {
  assert.equal(
    quantile(
      Array.from({ length: 100 }, (_, index) => index + 1),
      0.99,
    ),
    99,
  );
});

test('property: a measured value, that so many do not exceed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, q) => {
        const found = quantile(values, q);
        assert.ok(found !== null && values.includes(found));
        assert.ok(values.filter((value) => value <= found).length >= q * values.length - 1e-6);
      },
    ),
  );
});
