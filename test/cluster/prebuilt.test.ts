/** Exports programs and images, and boots from them: needs root, and takes about 15 seconds with a warm cache. */
import assert from 'node:assert/strict';
import { mkdtempDisposable, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { noProgress } from '../../lib/build/progress.ts';
import { down } from '../../lib/cluster/embedded/down.ts';
import { exportCache } from '../../lib/cluster/embedded/export-cache.ts';
import { embeddedStatus } from '../../lib/cluster/embedded/status.ts';
import { up } from '../../lib/cluster/embedded/up.ts';
import { embeddedSettingsSchema } from '../../lib/config/embedded-settings.ts';

const name = 'prebuilt-test';
const signal = AbortSignal.timeout(300_000);

test('a cluster boots from exported programs and images with an empty cache, and nothing is built or fetched', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'nodelocal-drill-prebuilt-test-'));
  const folders = await exportCache(join(dir.path, 'prebuilt'), signal, noProgress);
  const settings = embeddedSettingsSchema.parse({ name, nodes: [{ site: 'control' }], ...folders });
  const emptyCache = join(dir.path, 'cache');
  const before = process.env['NODELOCAL_DRILL_CACHE'];
  process.env['NODELOCAL_DRILL_CACHE'] = emptyCache;
  try {
    const steps = new Set<string>();
    await up({ settings, nodeCache: {}, signal, progress: (step) => steps.add(step) });
    assert.deepEqual([...steps], ['cluster']);
    const status = await embeddedStatus(name);
    assert.ok(status.state === 'up');
    assert.match(status.facts.packages['runc'] ?? '', /^\d/, 'the versions of Debian packages are recorded');
    await assert.rejects(stat(emptyCache), { code: 'ENOENT' }, 'whatever is built or fetched goes into the cache');
  } finally {
    await down(name);
    if (before === undefined) delete process.env['NODELOCAL_DRILL_CACHE'];
    else process.env['NODELOCAL_DRILL_CACHE'] = before;
  }
});
