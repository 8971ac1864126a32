import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { noProgress } from '../../../lib/build/progress.ts';
import { lockCluster, type LockOptions } from '../../../lib/cluster/embedded/cluster-lock.ts';
import { identityOf } from '../../../lib/build/process-identity.ts';
import { InUse } from '../../../lib/kube/in-use.ts';

/** Of this process alone, so that two runs of the tests do not meet. */
const name = `unit-${process.pid}`;

const lock = (more: Partial<LockOptions> = {}) =>
  lockCluster({
    name,
    runId: null,
    command: 'a test',
    wait: false,
    signal: new AbortController().signal,
    progress: noProgress,
    ...more,
  });

/** Another process that holds the lock, and a child of it that outlives it. */
async function otherHolder(): Promise<{ readonly process: ChildProcess; readonly childPid: number }> {
  const program = join(import.meta.dirname, '../../support/lock-holder-process.ts');
  const other = spawn(process.execPath, [program, name, '20261124-184012'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: other.stdout }), 'line')) as [string];
  return { process: other, childPid: Number(line.split(' ')[1]) };
}

test('who comes second is refused by the name of the first', async () => {
  const other = await otherHolder();
  try {
    await assert.rejects(lock(), (error) => {
      assert.ok(error instanceof InUse);
      const start = `run 20261124-184012, process ${other.process.pid ?? 0}, started `;
      assert.ok(error.message.startsWith(start), error.message);
      assert.match(error.message, /"npm start", has the embedded cluster "unit-\d+" to itself/);
      return true;
    });
  } finally {
    other.process.kill('SIGKILL');
  }
});

test('kill -9 of the holder gives the lock to the one who waits, and ends what the holder had started', async () => {
  const other = await otherHolder();
  const said: string[] = [];
  const waiting = lock({ wait: true, progress: (_step, detail) => void said.push(detail) });
  while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.match(said[0] ?? '', /^run 20261124-184012, process \d+, .* waiting for its end/);
  assert.notEqual(await identityOf(other.childPid), null);
  other.process.kill('SIGKILL');
  await using _held = await waiting;
  assert.equal(await identityOf(other.childPid), null, 'the orphan goes on');
});

test('waiting can be given up', async () => {
  const other = await otherHolder();
  const enough = new AbortController();
  try {
    const progress = () => {
      enough.abort(new Error('enough'));
    };
    const waiting = lock({ wait: true, signal: enough.signal, progress });
    await assert.rejects(waiting, /enough/);
  } finally {
    other.process.kill('SIGKILL');
  }
});

test('inside one process a second use shares it, and a process that it starts works under it', async () => {
  const first = await lock();
  const second = await lock();
  await second[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
  const child = await otherHolder();
  child.process.kill('SIGKILL');
  await assertHeld();
  await first[Symbol.asyncDispose]();
  const after = await otherHolder();
  await assert.rejects(lock(), InUse);
  after.process.kill('SIGKILL');
  // Ends what that one had started.
  await using _last = await lock({ wait: true });
});

/** By a process that has not inherited it. */
async function assertHeld(): Promise<void> {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.includes('DRILL_LOCK')));
  const program = join(import.meta.dirname, '../../support/lock-holder-process.ts');
  const other = spawn(process.execPath, [program, name, 'x'], { stdio: 'ignore', env: environment });
  const [code] = (await once(other, 'exit')) as [number];
  assert.notEqual(code, 0);
}
