import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault, FaultTarget } from '../../../lib/fault/fault.ts';
import { UndoStack } from '../../../lib/fault/undo-stack.ts';
import type { Entry } from '../../../lib/journal/entry.ts';
import { runSteps } from '../../../lib/record/run-steps.ts';
import { baseline, inject, recovery, recoveryUntilBack, type Step } from '../../../lib/record/steps.ts';

/** What happens, in order, when `steps` are carried out with a fault that is confirmed after `confirmedAfterMs`. */
async function carryOut(
  steps: (fault: Fault) => readonly Step[],
  { confirmedAfterMs = 0, broken = false, signal = AbortSignal.timeout(5000) } = {},
) {
  const told: string[] = [];
  const fault: Fault = {
    kind: 'try',
    unavailable: () => Promise.resolve(null),
    inject: (_target, number) => {
      told.push(`inject ${number}`);
      if (broken) return Promise.reject(new Error('half-way'));
      const confirm = () =>
        new Promise<void>((resolve) => {
          setTimeout(() => {
            told.push(`back ${number}`);
            resolve();
          }, confirmedAfterMs);
        });
      return Promise.resolve({ atNs: 1, confirm });
    },
    revert: () => Promise.resolve(void told.push('revert')),
  };
  const append = (entry: Entry) => {
    if (entry.type === 'phase') told.push(`phase ${entry.phase} ${entry.fault ?? ''}`.trim());
    if (entry.type === 'fault') told.push(`${entry.event} ${entry.fault} ${entry.site}`);
  };
  const target = { sites: [{ name: 'both', node: 'a' }], append } as unknown as FaultTarget;
  const undo = new UndoStack(1e9);
  const failure = await runSteps({ steps: steps(fault), target, undo, signal }).then(
    () => null,
    (error: unknown) => error,
  );
  const beforeUndo = [...told];
  await undo.run();
  return { beforeUndo, undone: told.slice(beforeUndo.length), failure };
}

test('the plan is carried out in its order, with a mark for each phase', async () => {
  const { beforeUndo, undone, failure } = await carryOut((fault) => [
    baseline(1e6),
    inject(fault),
    recovery(1e6),
    inject(fault),
    recoveryUntilBack({ thenNs: 1e6 }),
  ]);
  assert.equal(failure, null);
  assert.deepEqual(
    beforeUndo.filter((each) => !each.startsWith('back')),
    [
      'phase baseline',
      'phase fault 1',
      'inject 1',
      'phase recovery 1',
      'phase fault 2',
      'inject 2',
      'phase recovery 2',
    ],
  );
  assert.deepEqual(undone, ['revert', 'reverted 2 both', 'revert', 'reverted 1 both']);
});

test('a recovery ends when its time has passed and the fault is confirmed, whichever comes last', async () => {
  const { beforeUndo } = await carryOut((fault) => [inject(fault), recovery(1e6), baseline(1e6)], {
    confirmedAfterMs: 60,
  });
  assert.ok(beforeUndo.indexOf('back 1') < beforeUndo.indexOf('phase baseline'));
});

test('the undo is registered before the deed: an injection that fails half-way is reverted too', async () => {
  const { undone, failure } = await carryOut((fault) => [inject(fault)], { broken: true });
  assert.ok(failure instanceof Error && failure.message === 'half-way');
  assert.deepEqual(undone, ['revert', 'reverted 1 both']);
});

test('an abort ends a step at once, and what was injected is still undone', async () => {
  const { beforeUndo, undone, failure } = await carryOut((fault) => [inject(fault), recovery(60e9)], {
    signal: AbortSignal.timeout(30),
  });
  assert.ok(failure instanceof Error && failure.name === 'TimeoutError');
  assert.equal(beforeUndo.at(-1), 'back 1');
  assert.deepEqual(undone, ['revert', 'reverted 1 both']);
});
