import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';

interface Running {
  readonly send: (signal: NodeJS.Signals) => void;
  /** Closes the reading end of its stdout. */
  readonly closeOutput: () => void;
  readonly said: (text: string) => Promise<void>;
  /** Its exit code and all that it said on stderr. */
  readonly ended: Promise<{ readonly code: number | null; readonly lines: readonly string[] }>;
}

async function start(undoMs: number): Promise<Running> {
  const script = join(import.meta.dirname, '../../support/interrupted-process.ts');
  const child = spawn(process.execPath, [script, String(undoMs)], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.resume();
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const closed = once(child, 'close');
  const running = {
    send: (signal: NodeJS.Signals) => void child.kill(signal),
    closeOutput: () => child.stdout.destroy(),
    said: async (wanted: string) => {
      while (!text.includes(wanted)) await Promise.race([once(child.stderr, 'data'), closed]);
    },
    ended: closed.then(([code]: unknown[]) => ({ code: code as number | null, lines: text.trim().split('\n') })),
  };
  await running.said('ready');
  return running;
}

describe('interrupts', { concurrency: true }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    test(`${signal} once is undone; what comes within the same moment is the same press`, async () => {
      const running = await start(700);
      running.send(signal);
      await running.said('first');
      running.send(signal);
      running.send('SIGHUP');
      const { code, lines } = await running.ended;
      assert.equal(code, 0);
      assert.deepEqual(lines, ['ready', `nodelocal-drill: ${signal}: undoing`, `first ${signal}`, 'undone']);
    });

  test('a second press leaves at once, whatever the first was', async () => {
    for (const first of ['SIGINT', 'SIGHUP'] as const) {
      const running = await start(60_000);
      running.send(first);
      await running.said('first');
      await sleep(600);
      running.send('SIGINT');
      const { code, lines } = await running.ended;
      assert.equal(code, 3);
      assert.equal(lines.at(-1), 'nodelocal-drill: left at once');
    }
  });

  test('a terminal that is closed interrupts once, however often that is felt', async () => {
    const running = await start(1500);
    running.send('SIGHUP');
    await running.said('first');
    running.closeOutput();
    await sleep(600);
    running.send('SIGHUP');
    const { code, lines } = await running.ended;
    assert.equal(code, 0);
    assert.equal(lines.filter((line) => line.startsWith('first')).join(), 'first SIGHUP (the terminal was closed)');
  });

  test('an output that nobody reads any more interrupts', async () => {
    const running = await start(0);
    running.closeOutput();
    const { code, lines } = await running.ended;
    assert.equal(code, 0);
    assert.ok(lines.includes('first EPIPE (nobody reads its output any more)'), lines.join('\n'));
  });
});
