/** The exit code of `nodelocal-drill` at moments in which Node.js would give another: while it is loaded, when it breaks, at its very end. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, test } from 'node:test';
import { projectRoot } from '../../lib/build/project-root.ts';

const main = join(projectRoot, 'lib/cli/main.ts');
const preload = join(projectRoot, 'test/support/another-program.ts');
const realProgram = pathToFileURL(join(projectRoot, 'lib/cli/program.ts')).href;

function start(args: readonly string[], source?: string) {
  const command = source === undefined ? [main, ...args] : ['--import', preload, main, ...args];
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined, ANOTHER_PROGRAM: source };
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => signal ?? code);
  return { child, ended };
}

async function run(args: readonly string[], source: string) {
  const { child, ended } = start(args, source);
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  return { code: await ended, stdout, stderr };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe('exit code', () => {
  test('Ctrl-C while the program is loaded: 3, and nothing is begun', async () => {
    const source = `process.kill(process.pid, 'SIGINT'); export const { runProgram } = await import('${realProgram}');`;
    const { code, stdout, stderr } = await run(['rejudge', 'results/reference'], source);
    assert.deepEqual({ code, stdout, stderr }, { code: 3, stdout: '', stderr: 'nodelocal-drill: ABORTED by SIGINT\n' });
  });

  test('Ctrl-C at the very end: the exit code that it ends with', async () => {
    for (let i = 0; i < 3; i++) {
      const { child, ended } = start(['--version']);
      await once(child.stdout, 'data');
      // Without a pause, so that one comes in each moment until it is gone.
      while (isRunning(child.pid ?? 0)) child.kill('SIGINT');
      assert.equal(await ended, 0);
    }
  });

  test('an error that nobody catches is no claim that failed: 3', async () => {
    const forEver = 'new Promise((resolve) => { setTimeout(resolve, 1e6); })';
    for (const thrown of [
      'setTimeout(() => { throw new Error("gone wrong"); })',
      'Promise.reject(new Error("gone wrong"))',
    ]) {
      const { code, stderr } = await run([], `export const runProgram = () => { ${thrown}; return ${forEver}; };`);
      assert.equal(code, 3);
      assert.match(stderr, /^nodelocal-drill: Error: gone wrong\n {4}at /);
    }
  });

  test('… nor is a program that can not be loaded, or never comes to its end', async () => {
    assert.equal((await run([], 'import "nowhere";')).code, 3);
    assert.equal((await run([], 'export const runProgram = () => new Promise(() => {});')).code, 3);
  });

  test('all that was said is read before it ends', async () => {
    const source = `export const runProgram = () => { process.stdout.write('x'.repeat(3e6)); process.exitCode = 2; };`;
    const { code, stdout } = await run([], source);
    assert.deepEqual([code, stdout.length], [2, 3e6]);
  });
});

/** False as soon as it has begun to end. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return false;
  }
}
