import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAnswer } from '../../../lib/cluster/kind/answers-in-node.ts';

test('an answer has response code 0 and at least one record', () => {
  assert.equal(isAnswer([0, 1, 0x81, 0x80, 0, 1, 0, 4, 0, 0, 0, 0]), true);
  assert.equal(isAnswer([0, 1, 0x81, 0x83, 0, 1, 0, 0, 0, 1, 0, 0]), false, 'NXDOMAIN');
  assert.equal(isAnswer([0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 1, 0, 0]), false, 'no record');
  assert.equal(isAnswer([0, 1, 0x81, 0x82, 0, 1, 0, 1, 0, 0, 0, 0]), false, 'SERVFAIL');
  assert.equal(isAnswer([Number.NaN]), false, 'silence');
});
