import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { execa } from 'execa';
import { cachedFolder, type BuildPlace } from '../../../lib/build/cached-folder.ts';
import { buildingFolders, parseBuildingFolder } from '../../../lib/build/building-folder.ts';
import { noProgress } from '../../../lib/build/progress.ts';
import { projectRoot } from '../../../lib/build/project-root.ts';

const scratch = () => mkdtempDisposable(join(tmpdir(), 'nodelocal-drill-cached-folder-'));
const folderOf = (
  folder: string,
  build: (place: BuildPlace) => Promise<void>,
  { signal = AbortSignal.timeout(20_000), progress = noProgress } = {},
) => cachedFolder(folder, { signal, progress, build });
const writes = (text: string) => (place: BuildPlace) => writeFile(join(place.into, 'file'), text);

test('what is built once is not built again, and nothing else remains', async () => {
  await using dir = await scratch();
  const folder = join(dir.path, 'programs', 'key');
  await folderOf(folder, async (place) => {
    await writeFile(join(place.scratch, 'temporary'), '');
    await writes('first')(place);
  });
  await folderOf(folder, () => assert.fail('built again'));
  assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'first');
  assert.deepEqual(await readdir(join(dir.path, 'programs')), ['key']);
});

test('a build that fails or is interrupted leaves nothing', async () => {
  await using dir = await scratch();
  const folder = join(dir.path, 'key');
  await assert.rejects(
    folderOf(folder, () => Promise.reject(new Error('no compiler'))),
    { message: 'no compiler' },
  );
  const interrupt = new AbortController();
  const build = () => {
    interrupt.abort(new Error('SIGINT'));
    return Promise.reject(new Error('killed'));
  };
  await assert.rejects(folderOf(folder, build, { signal: interrupt.signal }), { message: 'SIGINT' });
  assert.deepEqual(await readdir(dir.path), []);
});

test('what a killed build left is swept; what a running one is making stays, and is waited for', async (t) => {
  await using dir = await scratch();
  const folder = join(dir.path, 'key');
  const { other } = await otherProcess(folder);
  t.after(() => other.kill('SIGKILL'));
  assert.deepEqual(
    (await buildingFolders(dir.path)).running.map(({ builder }) => builder.pid),
    [other.pid],
  );
  const waiting: string[] = [];
  const second = folderOf(folder, writes('ours'), { progress: (step, detail) => waiting.push(`${step} ${detail}`) });
  await sleep(300);
  assert.match(waiting.join(), new RegExp(`waiting for process ${String(other.pid)} `));
  assert.equal((await buildingFolders(dir.path)).running.length, 1, 'the second waits, and builds nothing');
  other.kill('SIGKILL');
  await second;
  assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'ours');
  assert.deepEqual(await readdir(dir.path), ['key']);
});

test('another build’s result is taken', async () => {
  await using dir = await scratch();
  const folder = join(dir.path, 'key');
  const first = folderOf(folder, async (place) => {
    await sleep(700);
    await writes('first')(place);
  });
  while ((await buildingFolders(dir.path)).running.length === 0) await sleep(5);
  await folderOf(folder, () => assert.fail('built twice'));
  await first;
  assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'first');
});

test('a builder in another PID namespace can’t be looked at, so its folder is left for a day', async () => {
  await using dir = await scratch();
  const name = 'key.building-1-1-1-0';
  await mkdir(join(dir.path, name));
  assert.equal(parseBuildingFolder(join(dir.path, name))?.target, join(dir.path, 'key'));
  assert.equal((await buildingFolders(dir.path)).running.length, 1);
  await mkdir(join(dir.path, 'key.building-abcdef'));
  assert.deepEqual((await buildingFolders(dir.path)).left, [join(dir.path, 'key.building-abcdef')]);
});

/** A process that begins to build `folder`, and never ends by itself. */
async function otherProcess(folder: string) {
  const program = `
    import { cachedFolder } from './lib/build/cached-folder.ts';
    await cachedFolder(process.argv[1], { signal: AbortSignal.timeout(30_000), progress() {}, build: async () => {
      console.log('building');
      await new Promise((resolve) => setTimeout(resolve, 30_000));
    } });`;
  const other = execa(process.execPath, ['--input-type=module', '--eval', program, folder], {
    cwd: projectRoot,
    reject: false,
  });
  await other.iterable()[Symbol.asyncIterator]().next();
  return { other };
}
