/** With real folders, in a checkout of their own. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtempDisposable, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { newRunId } from '../../../lib/config/run-id.ts';
import { removeOldRuns } from '../../../lib/results/remove-old-runs.ts';

const now = new Date('2026-11-28T12:00:00Z');
const own = newRunId(now);

/** A folder of results with these files; each has what is given, or is old, where that is null. */
async function resultsWith(files: Readonly<Record<string, string | null>>) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'drill-results-'));
  const dir = join(folder.path, 'results');
  for (const [name, text] of Object.entries({ [`${own}/run.json`]: record(own, 'pass'), ...files })) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text ?? '');
    if (text === null) for (const each of [path, dirname(path)]) await utimes(each, 1e9, 1e9);
  }
  return {
    dir,
    runDir: join(dir, own),
    names: async () => (await readdir(dir)).filter((name) => name !== own).sort(),
    [Symbol.asyncDispose]: async () => folder.remove(),
  };
}

function record(runId: string, result: string): string {
  return JSON.stringify({ schema: 1, runId, result, startedAtUtc: null });
}

function runs(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`${name}/run.json`, record(name, 'inconclusive')]));
}

function git(dir: string, ...args: readonly string[]): void {
  execFileSync('git', ['-C', dir, ...args], { stdio: 'ignore' });
}

test('old runs go, and one line says which', async () => {
  await using results = await resultsWith({
    ...runs('20261101-000000', '20261102-000000-kind', '20261103-000000'),
    '20261102-000000-kind/node-cache-killed/journal.ndjson': 'x',
  });
  assert.deepEqual(await removeOldRuns(results.runDir, { runs: 2 }, { now }), [
    'removed 2 old runs from results/ (results.keep: 2): 20261101-000000, 20261102-000000-kind',
  ]);
  assert.deepEqual(await results.names(), ['20261103-000000']);
  assert.deepEqual(await removeOldRuns(results.runDir, { days: 5 }, { now }), [
    'removed 1 old run from results/ (results.keep: 5 days): 20261103-000000',
  ]);
  assert.deepEqual(await removeOldRuns(results.runDir, { runs: 1 }, { now }), []);
});

test('what is no run of the suite is never touched', async () => {
  await using results = await resultsWith({
    'README.md': 'x',
    'notes/today.md': 'x',
    'other/run.json': '{"somebody": "else"}',
    'spoilt/run.json': '{',
    'before-the-upgrade/run.json': record('20260101-000000', 'pass'),
    '20260101-000000-copy/run.json': record('20260101-000000', 'pass'),
    '20260101-000000.bak/x': null,
    '20269999-000000/x': null,
    'elsewhere/20260101-000000/x': null,
  });
  await symlink(join(results.dir, 'elsewhere/20260101-000000'), join(results.dir, '20260101-000000'));
  const before = await results.names();
  assert.equal(before.length, 10);
  assert.deepEqual(await removeOldRuns(results.runDir, { runs: 1 }, { now }), []);
  assert.deepEqual(await results.names(), before);
});

test('a run without run.json stays while it is written, and goes when it was killed long ago', async () => {
  await using results = await resultsWith({
    '20260101-000000/node-cache-killed/journal.ndjson': null,
    '20260102-000000/node-cache-killed/journal.ndjson': 'written just now',
  });
  // The journal of a drill is written to without any folder noticing.
  for (const folder of ['20260101-000000', '20260102-000000/node-cache-killed', '20260102-000000'])
    await utimes(join(results.dir, folder), 1e9, 1e9);
  assert.deepEqual(await removeOldRuns(results.runDir, { runs: 1 }), [
    'removed 1 old run from results/ (results.keep: 1): 20260101-000000',
  ]);
  assert.deepEqual(await results.names(), ['20260102-000000']);
});

test('a run with a name of its own is a run, by its run.json', async () => {
  await using results = await resultsWith(runs('nightly'));
  await utimes(join(results.dir, 'nightly/run.json'), 1e9, 1e9);
  assert.equal((await removeOldRuns(results.runDir, { days: 30 }, { now })).length, 1);
});

test('what git tracks stays; where git can not tell, all stays, and that is said', async () => {
  await using results = await resultsWith(runs('20260101-000000', '20260102-000000'));
  git(results.dir, 'init');
  git(results.dir, 'add', '20260101-000000');
  assert.deepEqual(await removeOldRuns(results.runDir, { runs: 1 }, { now }), [
    'removed 1 old run from results/ (results.keep: 1): 20260102-000000',
  ]);
  await writeFile(join(results.dir, '.git/index'), 'spoilt');
  const [line = '', ...more] = await removeOldRuns(results.runDir, { runs: 1 }, { now });
  assert.match(line, /^no old run is removed from results\/ \(results\.keep: 1\): git can't tell what it tracks in /);
  assert.deepEqual([more, await results.names()], [[], ['.git', '20260101-000000']]);
});

test('a run that can not be removed is said, and the others go', async () => {
  await using results = await resultsWith(runs('20260101-000000', '20260102-000000'));
  const remove = async (dir: string) => {
    if (dir.endsWith('20260101-000000')) throw new Error("EBUSY: resource busy or locked, rmdir 'x'");
    await rm(dir, { recursive: true });
  };
  assert.deepEqual(await removeOldRuns(results.runDir, { runs: 1 }, { now, remove }), [
    'removed 1 old run from results/ (results.keep: 1): 20260102-000000',
    "could not remove 1 old run from results/ (results.keep: 1): 20260101-000000 (EBUSY: resource busy or locked, rmdir 'x')",
  ]);
  assert.deepEqual(await results.names(), ['20260101-000000']);
});

test('a folder that can not be read is said, and nothing is thrown', async () => {
  await using results = await resultsWith({});
  await rm(results.dir, { recursive: true });
  assert.match((await removeOldRuns(results.runDir, { runs: 1 }, { now })).join('\n'), /^no old run is removed.*ENOENT/);
});

test('of many runs ten are named', async () => {
  const names = Array.from({ length: 13 }, (_, i) => `20260101-0000${String(i).padStart(2, '0')}`);
  await using results = await resultsWith(runs(...names));
  const [line = ''] = await removeOldRuns(results.runDir, { runs: 1 }, { now });
  assert.match(line, /^removed 13 old runs .*: 20260101-000000, .*20260101-000009 and 3 more$/);
});
