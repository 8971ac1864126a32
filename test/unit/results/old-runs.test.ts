import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeepRuns } from '../../../lib/config/keep-runs.ts';
import type { KnownRun } from '../../../lib/results/known-run.ts';
import { oldRuns } from '../../../lib/results/old-runs.ts';

const dayMs = 24 * 3600_000;
const nowMs = Date.UTC(2026, 10, 28, 12);

/** A run that began so many days ago. */
function run(name: string, daysAgo: number, more: Partial<KnownRun> = {}): KnownRun {
  const startedAtMs = nowMs - daysAgo * dayMs;
  return { name, startedAtMs, result: 'inconclusive', writtenAtMs: null, isTracked: false, ...more };
}

function old(runs: readonly KnownRun[], keep: KeepRuns, own = 'own'): readonly string[] {
  return oldRuns(runs, { keep, own, nowMs }).map(({ name }) => name);
}

const five = [run('c', 3), run('a', 1), run('own', 0), run('d', 4), run('b', 2)];

test('the newest so many stay, this run among them; what goes is named oldest first', () => {
  assert.deepEqual(old(five, { runs: 3 }), ['d', 'c']);
  assert.deepEqual(old(five, { runs: 1 }), ['d', 'c', 'b', 'a']);
  assert.deepEqual(old(five, { runs: 5 }), []);
});

test('what began within so many days stays', () => {
  assert.deepEqual(old(five, { days: 2 }), ['d', 'c']);
  assert.deepEqual(old(five, { days: 1 }), ['d', 'c', 'b']);
  assert.deepEqual(old(five, { days: 30 }), []);
});

test('all stay', () => {
  assert.deepEqual(old(five, 'all'), []);
});

test('the newest that passed and the newest that failed stay, however old', () => {
  const runs = [
    run('own', 0),
    run('pass', 50, { result: 'pass' }),
    run('older-pass', 60, { result: 'pass' }),
    run('fail', 70, { result: 'fail' }),
    run('older-fail', 80, { result: 'fail' }),
    run('broken', 40, { result: 'broken' }),
  ];
  for (const keep of [{ runs: 1 }, { days: 1 }])
    assert.deepEqual(old(runs, keep), ['older-fail', 'older-pass', 'broken']);
});

test('this run stays, whatever others say of its age', () => {
  assert.deepEqual(old([run('own', 9), run('a', 1), run('b', 2)], { runs: 1 }), ['b']);
});

test('what git tracks stays, and what is still being written; not what nobody has written to for a day', () => {
  const runs = [
    run('own', 0),
    run('tracked', 5, { isTracked: true }),
    run('running', 5, { result: null, writtenAtMs: nowMs - 60_000 }),
    run('ahead', 5, { result: null, writtenAtMs: nowMs + dayMs }),
    run('killed', 5, { result: null, writtenAtMs: nowMs - 4 * dayMs }),
  ];
  assert.deepEqual(old(runs, { runs: 1 }), ['killed']);
});

test('what stays anyway counts among the newest', () => {
  const runs = [run('own', 0), run('pass', 1, { result: 'pass' }), run('a', 2), run('b', 3)];
  assert.deepEqual(old(runs, { runs: 3 }), ['b']);
});
