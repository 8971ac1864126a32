import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeLeft } from '../../../lib/build/time-left.ts';

test('nothing is said while too little is known, and never more exactly than it is known', () => {
  assert.equal(timeLeft(0.04, 60), '');
  assert.equal(timeLeft(0.5, 4), '');
  assert.equal(timeLeft(0.5, 240), 'about 4 min left');
  assert.equal(timeLeft(0.5, 61), 'about 70 s left');
  assert.equal(timeLeft(0.99, 100), 'a few seconds left');
});
