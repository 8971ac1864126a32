/** `npm test` as a process, with a recorded drill: the same steps, judge, run.json and ending as with a cluster. */
import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';

test('where the main drill has too little evidence, the check run is red and says what is not proven', async () => {
  const { exitCode, lines } = await checkRun('no-evidence', 'test/configs/no-evidence.config.ts');
  assert.equal(exitCode, 1, lines.join('\n'));
  assert.equal(lines.at(-1), '0 passed, 1 failed, 1 skipped');
  const skipped = lines.indexOf('skipped, or inconclusive at first, and why:');
  assert.match(lines[skipped + 1] ?? '', /^ {2}node-cache-killed on no cluster: inconclusive: /);
  assert.match(lines[skipped + 2] ?? '', /^ {4}node-cache-killed on no cluster, repeated: inconclusive: /);
  const main = lines.findIndex((line) => line.startsWith('not proven: the main drill reached no verdict'));
  assert.match(lines[main + 1] ?? '', /^ {2}node-cache-killed on no cluster: inconclusive: .*lookups/);
  assert.match(lines[main + 2] ?? '', /^ {2}node-cache-killed on no cluster, repeated: inconclusive: /);
});

test('the same drill is green where its evidence is enough', async () => {
  const { exitCode, lines } = await checkRun('evidence');
  assert.equal(exitCode, 0, lines.join('\n'));
  assert.equal(lines.at(-1), '1 passed, 0 failed, 0 skipped');
});

async function checkRun(name: string, ...config: readonly string[]) {
  const suffix = `check-run-${name}-${process.pid}`;
  try {
    const script = join(projectRoot, 'test/support/recorded-check-run.ts');
    const { exitCode, stdout } = await execa(process.execPath, [script, suffix, ...config], {
      env: { NODE_TEST_CONTEXT: undefined },
      reject: false,
    });
    return { exitCode, lines: stdout.split('\n') };
  } finally {
    const results = join(projectRoot, 'results');
    for (const folder of await readdir(results))
      if (folder.includes(suffix)) await rm(join(results, folder), { recursive: true });
  }
}
