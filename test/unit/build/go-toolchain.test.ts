import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtempDisposable, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { expectedGo, goToolchain, isGoAtLeast } from '../../../lib/build/go-toolchain.ts';

const notCalled = (step: string, detail: string) => {
  assert.fail(`${step}: ${detail}`);
};

test('releases are compared by their numbers; what is no release is too old', () => {
  for (const good of ['go1.26.6', 'go1.26.10', 'go1.27.0', 'go1.27', 'go2.0.0', 'go1.26.8 X:nodwarf5'])
    assert.equal(isGoAtLeast(good, 'go1.26.6'), true, good);
  for (const bad of ['go1.26.5', 'go1.26', 'go1.9.9', 'go1.3.27', 'go1.27rc1', 'devel go1.28-abc', ''])
    assert.equal(isGoAtLeast(bad, 'go1.26.6'), false, bad);
});

test('a Go on the machine that is new enough is taken, an older one passed over, and nothing is fetched', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'nodelocal-drill-go-'));
  const go = async (version: string) => {
    const path = join(dir.path, version);
    await writeFile(path, `#!/bin/sh\necho ${version}\n`);
    await chmod(path, 0o755);
    return path;
  };
  const candidates = [join(dir.path, 'none'), await go('go1.19.8'), await go('go1.99.1')];
  const options = { cacheDir: join(dir.path, 'cache'), signal: AbortSignal.timeout(10_000), progress: notCalled };
  assert.deepEqual(await goToolchain({ ...options, candidates }), { path: candidates[2], version: 'go1.99.1' });
  const pinned = await expectedGo({ ...options, candidates: candidates.slice(0, 2) });
  assert.match(pinned.version, /^go1\.\d+\.\d+$/);
  assert.equal(isGoAtLeast(pinned.version, 'go1.26.6'), true);
  assert.equal((await readdir(dir.path)).includes('cache'), false);
});

test('why another Go is fetched is said before it is, and one in the cache is used', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'nodelocal-drill-go-'));
  const old = join(dir.path, 'go');
  await writeFile(old, '#!/bin/sh\necho go1.19.8\n', { mode: 0o755 });
  const interrupt = new AbortController();
  const said: string[] = [];
  const options = {
    cacheDir: join(dir.path, 'cache'),
    signal: interrupt.signal,
    candidates: [old],
    progress: (step: string, detail: string) => {
      said.push(`${step}: ${detail}`);
      interrupt.abort(new Error('enough'));
    },
  };
  await assert.rejects(goToolchain(options), { message: 'enough' });
  assert.match(said.join(), /^compiler: go1\.19\.8 is older than the go1\.\d+\.\d+ needed: fetching go1.*MB/);
  const cached = await expectedGo({ ...options, signal: AbortSignal.timeout(10_000) });
  await mkdir(join(cached.path, '..'), { recursive: true });
  const again = { ...options, signal: AbortSignal.timeout(10_000), progress: notCalled };
  assert.equal((await goToolchain(again)).path, cached.path);
});
