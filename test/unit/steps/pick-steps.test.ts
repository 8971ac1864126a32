import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allSteps } from '../../steps/all-steps.ts';
import { pickSteps } from '../../steps/pick-steps.ts';
import { mustBeProven } from '../../steps/unproven.ts';

const namesOf = (only: readonly string[]) => pickSteps(allSteps, only).picked.map(({ name }) => name);

test('without a word all steps are picked, and among them are those that prove what must be proven', () => {
  const { picked, leftOut } = pickSteps(allSteps, []);
  assert.deepEqual([picked, leftOut], [allSteps, []]);
  assert.deepEqual(new Set(picked.flatMap(({ proves = [] }) => proves)), new Set(Object.keys(mustBeProven)));
});

test('the main drill is asked for on three clusters, also through what brings them up', () => {
  const asked = allSteps.filter(({ proves = [] }) => proves.includes('node-cache-killed'));
  assert.deepEqual(
    asked.map(({ name }) => name),
    namesOf(['experiments']),
  );
  assert.equal(asked.length, 3);
});

test('words pick steps in their own order, and the others are named', () => {
  assert.deepEqual(namesOf(['LINT', 'types']), ['types', 'lint']);
  const { leftOut } = pickSteps(allSteps, ['unit']);
  assert.equal(leftOut.length, allSteps.length - 1);
});

test('a word that picks nothing is refused', () => {
  assert.throws(
    () => pickSteps(allSteps, ['types', 'lnit']),
    /^RangeError: --only lnit: there is no such step; there are set-up, types/,
  );
});
