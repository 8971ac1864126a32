/** Boots real clusters: needs root, and takes about half a minute with a warm cache. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { noProgress } from '../../lib/build/progress.ts';
import { acquireEmbedded } from '../../lib/cluster/embedded/embedded-cluster.ts';
import { down } from '../../lib/cluster/embedded/down.ts';
import { embeddedStatus } from '../../lib/cluster/embedded/status.ts';
import { embeddedSettingsSchema } from '../../lib/config/embedded-settings.ts';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { leaseForRun } from '../../lib/record/lease-for-run.ts';
import { connect } from '../../lib/kube/connect.ts';
import { clusterProcesses } from '../support/cluster-processes.ts';
import { machineSnapshot } from '../support/machine-snapshot.ts';

const name = 'cluster-test';
const settings = embeddedSettingsSchema.parse({ name, nodes: [{ site: 'both' }, { site: 'control' }] });
const acquire = (options: Partial<Parameters<typeof acquireEmbedded>[0]> = {}) =>
  acquireEmbedded({
    user: { runId: null, command: 'a test', wait: true },
    settings,
    nodeCache: {},
    signal: AbortSignal.timeout(300_000),
    progress: noProgress,
    ...options,
  });

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

test('a cluster that is up is used, and left up; one that is not whole any more is replaced', async () => {
  const first = await acquire();
  const pid = await firstProcess();
  const second = await acquire();
  assert.equal(await firstProcess(), pid);
  await onlyOneRunAtATime(first);
  await second.release();
  assert.equal(await firstProcess(), pid);
  const scheduler = (await clusterProcesses(name)).find(({ command }) => command.startsWith('kube-scheduler '));
  assert.ok(scheduler !== undefined);
  process.kill(scheduler.pid, 'SIGKILL');
  await sleep(200);
  const said: string[] = [];
  const third = await acquire({ progress: (_step, detail) => said.push(detail) });
  assert.match(said.join('\n'), /is replaced: kube-scheduler ended/);
  assert.notEqual(await firstProcess(), pid);
  await third.release();
  await first.release();
  assert.equal((await embeddedStatus(name)).state, 'absent');
});

test('a kubelet that ends while the cluster boots: its last words are said, and it boots once more; a second time, it is given up', async () => {
  await down(name);
  const before = await machineSnapshot(name);
  const said: string[] = [];
  const oneNode = embeddedSettingsSchema.parse({ name, nodes: [{ site: 'control' }] });
  const acquired = acquire({ settings: oneNode, progress: (_step, detail) => said.push(detail) });
  const first = await killKubelet();
  const cluster = await acquired;
  assert.match(said.join('\n'), /did not come up: node \S+: kubelet ended; it said last: \S.*; once more\n/);
  await cluster.release();

  const given = acquire({ settings: oneNode });
  await killKubelet(await killKubelet(first));
  await assert.rejects(given, /kubelet ended/);
  assert.deepEqual(await machineSnapshot(name), before);
});

/** SIGKILL to the first kubelet of the cluster to come that is not the one that was killed before, once it has written something. */
async function killKubelet(before?: number): Promise<number> {
  for (;;) {
    const kubelet = (await clusterProcesses(name)).find(
      ({ command, pid }) => command.startsWith('kubelet ') && pid !== before,
    );
    if (kubelet !== undefined) {
      while (await isSilent(kubelet.pid)) await sleep(20);
      process.kill(kubelet.pid, 'SIGKILL');
      return kubelet.pid;
    }
    await sleep(20);
  }
}

/** Nothing is in the file yet that it writes its words to; one that has ended is not waited for. */
async function isSilent(pid: number): Promise<boolean> {
  return stat(`/proc/${pid}/fd/2`).then(
    ({ size }) => size === 0,
    () => false,
  );
}

/** The Lease against a real API server: a second run is refused by the first's name. */
async function onlyOneRunAtATime({ kubeconfigPath, context }: Cluster): Promise<void> {
  const kube = await connect({ kubeconfigPath, context, allowContexts: [context] });
  const signal = AbortSignal.timeout(30_000);
  const lease = (runId: string) =>
    leaseForRun(kube, { runId, command: 'npx playwright test' }, 'kube-system', { signal, renewEveryNs: 100e6 });
  const one = await lease('one');
  await sleep(500);
  await assert.rejects(
    lease('two'),
    /^InUse: run one, process \d+ on .* "npx playwright test", has this cluster to itself/,
  );
  await one[Symbol.asyncDispose]();
  await (await lease('two'))[Symbol.asyncDispose]();
}

async function firstProcess(): Promise<number> {
  const status = await embeddedStatus(name);
  assert.equal(status.state, 'up');
  return status.pid;
}

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
