/** What CI runs. Builds actionlint at the first use. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { goTool } from '../../lib/build/go-tool.ts';
import { noProgress } from '../../lib/build/progress.ts';
import { projectRoot } from '../../lib/build/project-root.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';

const signal = AbortSignal.timeout(300_000);
const workflow = join(projectRoot, '.github/workflows/nightly.yml');

test('actionlint finds nothing wrong with the workflows, and would', async () => {
  const actionlint = await goTool('actionlint', { cacheDir: cacheDir(), signal, progress: noProgress });
  const lint = (file: string) => execa(actionlint, ['-no-color', file], { cwd: projectRoot, reject: false });
  const { stdout, exitCode } = await lint(workflow);
  assert.equal(exitCode, 0, stdout);

  await using folder = await mkdtempDisposable(join(tmpdir(), 'workflows-'));
  const broken = join(folder.path, 'nightly.yml');
  await writeFile(broken, (await readFile(workflow, 'utf8')).replaceAll('matrix.image', 'matrix.imagine'));
  assert.match((await lint(broken)).stdout, /property "imagine" is not defined/);
});

test('the summary has each run, and the issue of one that did not pass', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'summary-'));
  await cp(join(projectRoot, 'deploy/ci'), join(folder.path, 'deploy/ci'), { recursive: true });
  const summary = async () => (await execa(join(folder.path, 'deploy/ci/summary.sh'), ['kindest/node:v1'])).stdout;
  assert.match(await summary(), /^## kindest\/node:v1\n\nNo run left a result/);

  for (const [run, files] of [
    ['20261126-030000', { 'summary.md': '### ✓ Pass' }],
    ['20261126-040000', { 'summary.md': '### ✕ Fail', 'issue.md': 'what to do' }],
    ['reference', { 'summary.md': 'an old one' }],
  ] as const) {
    await mkdir(join(folder.path, 'results', run), { recursive: true });
    for (const [name, text] of Object.entries(files))
      await writeFile(join(folder.path, 'results', run, name), `${text}\n`);
  }
  const text = await summary();
  assert.match(
    text,
    /### ✓ Pass\n### ✕ Fail\n\n<details><summary>.*results\/20261126-040000\/issue\.md.*\n\nwhat to do/,
  );
  assert.doesNotMatch(text, /an old one|No run/);
});
