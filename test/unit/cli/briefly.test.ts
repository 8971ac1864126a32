import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa, type Options } from 'execa';
import { briefly } from '../../../lib/cli/briefly.ts';

test('a command that failed is told by how it ended and by what it said last', async () => {
  const noisy = 'for i in $(seq 1 500); do echo "line $i" >&2; done; exit 7';
  const error: unknown = await execa('sh', ['-c', noisy]).catch((reason: unknown) => reason);
  assert.equal(briefly(error), `\`sh -c ${noisy}\` failed (exit code 7): line 498 / line 499 / line 500`);
});

test('a command that is not there, was killed or took too long', async () => {
  const failed = async (command: string, args: readonly string[], options: Options = {}) =>
    briefly(await execa(command, args, options).catch((error: unknown) => error));
  assert.match(await failed('no-such-command', ['x']), /^`no-such-command x` failed \(.*ENOENT/);
  assert.equal(await failed('sh', ['-c', 'kill -9 $$']), '`sh -c kill -9 $$` failed (SIGKILL)');
  assert.equal(await failed('sleep', ['5'], { timeout: 50 }), '`sleep 5` failed (it took too long)');
});

test('any other error is its message', () => {
  assert.equal(briefly(new Error('no')), 'no');
  assert.equal(briefly('text'), 'text');
});
