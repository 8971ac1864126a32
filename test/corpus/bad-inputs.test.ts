/**
 * What users get wrong, each given to the real command in a process of its own: it must say in one sentence which value is wrong and what to do,
 * end with the right exit code, and touch nothing.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { projectRoot } from '../../lib/build/project-root.ts';
import type { BadInput } from './bad-input.ts';
import { clusterInputs } from './inputs/cluster-inputs.ts';
import { commandInputs } from './inputs/command-inputs.ts';
import { configFileInputs } from './inputs/config-file-inputs.ts';
import { configInputs } from './inputs/config-inputs.ts';
import { journalInputs } from './inputs/journal-inputs.ts';
import { kindInputs } from './inputs/kind-inputs.ts';
import { nodeCacheInputs } from './inputs/node-cache-inputs.ts';
import { playwrightInputs } from './inputs/playwright-inputs.ts';
import { runInput, type Ended } from './run-input.ts';

const inputs: readonly BadInput[] = [
  ...configFileInputs,
  ...configInputs,
  ...commandInputs,
  ...journalInputs,
  ...kindInputs,
  ...nodeCacheInputs,
  ...clusterInputs,
  ...playwrightInputs,
];

await describe('bad input', { concurrency: 4 }, () => {
  let scratch = '';
  let resultsBefore: readonly string[] = [];
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'bad-inputs-'));
    resultsBefore = await results();
  });
  after(async () => {
    await rm(scratch, { recursive: true, force: true });
    assert.deepEqual(await results(), resultsBefore, 'a bad input left a folder in results/');
  });

  for (const input of inputs)
    test(input.name, async () => {
      const folder = join(scratch, input.name.replaceAll(/[^a-z0-9]+/gi, '-'));
      await mkdir(folder);
      check(input, await runInput(input, folder), folder);
    });
});

test('there are enough bad inputs, and no two of a name', () => {
  assert.ok(inputs.length >= 40, `${inputs.length}`);
  assert.equal(new Set(inputs.map(({ name }) => name)).size, inputs.length);
});

function check(input: BadInput, { exitCode, stdout, stderr, left }: Ended, folder: string): void {
  const said = `\nexit code ${exitCode ?? 'none'}\n${stderr}${stdout}`;
  assert.equal(exitCode, input.exit ?? (input.playwright === true ? 1 : 64), said);
  const [sentence = '', ...more] = stderr.trimEnd().split('\n');
  assert.deepEqual(more, [], `more than one line:${said}`);
  assert.match(sentence, /^nodelocal-drill: /, said);
  for (const part of input.says)
    assert.ok(sentence.includes(part.replaceAll('$FOLDER', folder)), `"${part}" is not said:${said}`);
  assert.doesNotMatch(sentence, /\[object|ZodError|\bat .*:\d+:\d+|undefined|node:internal|\{"|Error: /, said);
  assert.ok(sentence.length < 700, `${sentence.length} characters:${said}`);
  assert.equal(stdout, '', said);
  assert.deepEqual(left, [], 'left behind on the machine');
}

async function results(): Promise<readonly string[]> {
  return readdir(join(projectRoot, 'results'));
}
