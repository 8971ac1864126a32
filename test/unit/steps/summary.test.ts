import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countDrill, type Drill } from '../../steps/drill.ts';
import { oneFailed, onePassed, type StepResult } from '../../steps/step.ts';
import { summaryOf } from '../../steps/summary.ts';
import type { StepOutcome } from '../../steps/unproven.ts';

const main = 'node-cache-killed';
const control = 'no-fault';

function drill(experiment: string, cluster: string, ...results: readonly string[]): Drill {
  const attempts = results.map((result, i) => ({ runId: `r${i}`, result, sentence: `${result} for a reason` }));
  return { experiment, cluster, attempts };
}

/** A step that ran one drill on a cluster. */
function ran(experiment: string, cluster: string, ...results: readonly string[]): StepOutcome {
  const drills = [drill(experiment, cluster, ...results)];
  return outcome(cluster, { ...countDrill(drills[0] ?? assert.fail()), drills }, [experiment]);
}

function outcome(name: string, result: StepResult, proves: readonly string[] = []): StepOutcome {
  return { name, proves, result, seconds: 1 };
}

function endOf(outcomes: readonly StepOutcome[], { interrupted = false, leftOut = [] as readonly string[] } = {}) {
  const { text, exitCode } = summaryOf({ outcomes, interrupted, leftOut });
  return { exitCode, text, lastLine: text.split('\n').at(-1) };
}

const types = outcome('types', onePassed);

test('all inconclusive: red, though every other check passed; each attempt is told with its reason', () => {
  const end = endOf([
    types,
    ran(main, 'embedded', 'inconclusive', 'inconclusive'),
    ran(main, 'existing', 'inconclusive', 'inconclusive'),
    ran(main, 'kind', 'inconclusive', 'inconclusive'),
  ]);
  assert.equal(end.exitCode, 1);
  assert.equal(end.lastLine, '1 passed, 1 failed, 3 skipped');
  assert.match(
    end.text,
    /^not proven: the main drill reached no verdict on any cluster, .*:\n {2}node-cache-killed on embedded: inconclusive: inconclusive for a reason \(results\/r0\)\n {2}node-cache-killed on embedded, repeated: /m,
  );
  for (const cluster of ['existing', 'kind']) assert.match(end.text, new RegExp(`^ {2}${main} on ${cluster}: `, 'm'));
});

test('one cluster passed: green; what the others lacked stands just before the last line', () => {
  const end = endOf([
    outcome('units', { passed: 1, failed: 0, skipped: 1, skips: ['ports: needs root'] }),
    ran(main, 'embedded', 'inconclusive', 'inconclusive'),
    ran(main, 'existing', 'skipped'),
    ran(main, 'kind', 'pass'),
  ]);
  assert.equal(end.exitCode, 0);
  assert.deepEqual(end.text.split('\n').slice(-6), [
    'skipped, or inconclusive at first, and why:',
    '  units: ports: needs root',
    '  node-cache-killed on embedded: inconclusive: inconclusive for a reason (results/r0)',
    '    node-cache-killed on embedded, repeated: inconclusive: inconclusive for a reason (results/r1)',
    '  node-cache-killed on existing: skipped: skipped for a reason (results/r0)',
    '2 passed, 0 failed, 3 skipped',
  ]);
});

test('everything skipped: red', () => {
  const end = endOf([ran(main, 'embedded', 'skipped'), ran(main, 'kind', 'skipped')]);
  assert.deepEqual([end.exitCode, end.lastLine], [1, '0 passed, 1 failed, 2 skipped']);
});

test('a step that broke before its drill is told by its first line', () => {
  const broken = outcome('on kind', { ...oneFailed, failures: 'Error: no engine\n    at kind' }, [main]);
  const end = endOf([types, broken]);
  assert.deepEqual([end.exitCode, end.lastLine], [1, '1 passed, 2 failed, 0 skipped']);
  assert.match(end.text, /^ {2}step "on kind": it did not come to that: Error: no engine$/m);
});

test('a fail is a verdict: the run is red by it, and not once more', () => {
  const end = endOf([types, ran(main, 'embedded', 'fail')]);
  assert.deepEqual([end.exitCode, end.lastLine], [1, '1 passed, 1 failed, 0 skipped']);
});

test('the control without a verdict is red too; another experiment may be skipped', () => {
  const passed = ran(main, 'embedded', 'pass');
  const end = endOf([passed, ran(control, 'embedded', 'inconclusive', 'inconclusive')]);
  assert.deepEqual([end.exitCode, end.lastLine], [1, '1 passed, 1 failed, 1 skipped']);
  assert.match(end.text, /^not proven: the suite's own control/m);
  const other = { ...ran('node-cache-aborts', 'embedded', 'skipped'), proves: [] };
  assert.deepEqual(endOf([passed, other]).lastLine, '1 passed, 0 failed, 1 skipped');
  assert.equal(endOf([passed, other]).exitCode, 0);
});

test('interrupted: 130, counted as far as it came, and nothing is asked of what was not run', () => {
  const end = endOf([types, ran(main, 'embedded', 'inconclusive')], { interrupted: true });
  assert.deepEqual([end.exitCode, end.lastLine], [130, '1 passed, 0 failed, 1 skipped']);
  assert.match(end.text, /^interrupted: the steps after that were not run$/m);
});

test('steps that nobody asked for are named, and nothing is asked of them', () => {
  const end = endOf([types], { leftOut: ['experiments', 'murders'] });
  assert.equal(end.exitCode, 0);
  assert.match(end.text, /^not asked for, and not run: experiments, murders$/m);
});

test('nothing passed: red, though nothing failed', () => {
  assert.equal(endOf([]).exitCode, 1);
});
