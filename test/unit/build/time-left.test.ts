import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeLeftEstimator } from '../../../lib/build/time-left.ts';

test('nothing is said while too little is known, and never more exactly than it is known', () => {
  const steady = timeLeftEstimator();
  const said = [10, 30, 200, 211, 290, 299].map((s) => steady(s / 300, s));
  assert.deepEqual(said, [
    '',
    'about 5 min left',
    'about 2 min left',
    'about 90 s left',
    'about 10 s left',
    'a few seconds left',
  ]);
});

test('work that becomes slower is estimated by its last minute, not by its beginning', () => {
  const estimate = timeLeftEstimator();
  for (let s = 1; s <= 50; s++) estimate(s / 100, s);
  let said = '';
  for (let s = 51; s <= 150; s++) said = estimate(0.5 + (s - 50) / 1000, s);
  assert.equal(said, 'about 7 min left', '0.4 at 0.001 a second; by the whole it would be 100 s');
});

test('a standstill gives no estimate', () => {
  const estimate = timeLeftEstimator();
  estimate(0.5, 10);
  for (let s = 11; s <= 90; s++) estimate(0.5, s);
  assert.equal(estimate(0.5, 91), '');
});
