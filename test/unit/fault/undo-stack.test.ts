import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UndoStack } from '../../../lib/fault/undo-stack.ts';

test('undoes in reverse order, each once, though one fails and one hangs; the first failure leads', async () => {
  const done: string[] = [];
  const stack = new UndoStack(50e6);
  stack.register('first', () => Promise.resolve(void done.push('first')));
  stack.register('hanging', (signal) => {
    signal.addEventListener('abort', () => done.push('hanging was told'));
    return new Promise(() => undefined);
  });
  stack.register('failing', () => Promise.reject(new Error('no such pod')));
  stack.register('last', () => Promise.resolve(void done.push('last')));
  await assert.rejects(stack.run(), (error) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(
      (error.errors as readonly Error[]).map(({ message }) => message),
      ['failing failed: no such pod', 'hanging failed: gave up on hanging after 0 s'],
    );
    return true;
  });
  assert.deepEqual(done, ['last', 'hanging was told', 'first']);
  await stack.run();
  assert.equal(done.length, 3);
});

test('what throws before it waits is a failure like any other', async () => {
  const stack = new UndoStack(1e9);
  stack.register('rash', () => {
    throw new Error('at once');
  });
  await assert.rejects(stack.run(), { message: 'rash failed: at once' });
});

test('undos that share a time do not each use up their own, and every one is tried', async () => {
  const tried: string[] = [];
  const undo = new UndoStack(60e9, 20e6);
  for (const what of ['first', 'second'])
    undo.register(what, () => {
      tried.push(what);
      return what === 'second' ? new Promise(() => undefined) : Promise.resolve();
    });
  const begun = performance.now();
  await assert.rejects(undo.run(50e6), /^AggregateError: second failed: gave up on second/);
  assert.deepEqual(tried, ['second', 'first']);
  assert.ok(performance.now() - begun < 10_000);
});
