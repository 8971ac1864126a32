/** Boots real clusters: needs root, and takes about half a minute with a warm cache. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { noProgress } from '../../lib/build/progress.ts';
import { acquireEmbedded } from '../../lib/cluster/embedded/embedded-cluster.ts';
import { down } from '../../lib/cluster/embedded/down.ts';
import { embeddedStatus } from '../../lib/cluster/embedded/status.ts';
import { embeddedSettingsSchema } from '../../lib/config/embedded-settings.ts';
import { machineSnapshot } from '../support/machine-snapshot.ts';

const name = 'cluster-test';
const settings = embeddedSettingsSchema.parse({ name, nodes: [{ site: 'both' }, { site: 'control' }] });
const acquire = (options: Partial<Parameters<typeof acquireEmbedded>[0]> = {}) =>
  acquireEmbedded({ settings, nodeCache: {}, signal: AbortSignal.timeout(300_000), progress: noProgress, ...options });

test('a cluster that is put away leaves nothing behind', async () => {
  await down(name);
  const before = await machineSnapshot(name);
  const cluster = await acquire();
  assert.equal((await embeddedStatus(name)).state, 'up');
  assert.notDeepEqual(
    await machineSnapshot(name),
    before,
    'a snapshot that does not see a running cluster proves nothing',
  );
  await cluster.release();
  assert.deepEqual(await machineSnapshot(name), before);
  assert.equal((await embeddedStatus(name)).state, 'absent');
});

test('SIGKILL to its first process ends all of it; what remains is seen, and put away by the next up', async () => {
  const before = await machineSnapshot(name);
  await acquire();
  const status = await embeddedStatus(name);
  assert.equal(status.state, 'up');
  process.kill(status.pid, 'SIGKILL');
  await sleep(2000);
  assert.equal((await embeddedStatus(name)).state, 'remains');
  const again = await acquire();
  assert.equal((await embeddedStatus(name)).state, 'up');
  await again.release();
  assert.deepEqual(await machineSnapshot(name), before);
});

test('a cluster that is up is used, and left up', async () => {
  const first = await acquire();
  const second = await acquire();
  await second.release();
  assert.equal((await embeddedStatus(name)).state, 'up');
  await first.release();
  assert.equal((await embeddedStatus(name)).state, 'absent');
});

test('an interrupted boot leaves nothing behind', async () => {
  const before = await machineSnapshot(name);
  const interrupt = new AbortController();
  const progress = (step: string) => {
    if (step === 'cluster')
      setTimeout(() => {
        interrupt.abort(new Error('interrupted'));
      }, 1500);
  };
  await assert.rejects(acquire({ signal: interrupt.signal, progress }));
  assert.deepEqual(await machineSnapshot(name), before);
});
