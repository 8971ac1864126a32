/** Runs are broken off in every way that there is; needs root, and takes about two minutes with a warm cache. */
import assert from 'node:assert/strict';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { noProgress } from '../../lib/build/progress.ts';
import { projectRoot } from '../../lib/build/project-root.ts';
import { lockCluster } from '../../lib/cluster/embedded/cluster-lock.ts';
import { down } from '../../lib/cluster/embedded/down.ts';
import { contextName, runDir } from '../../lib/cluster/embedded/paths.ts';
import { embeddedStatus } from '../../lib/cluster/embedded/status.ts';
import { up } from '../../lib/cluster/embedded/up.ts';
import { loadConfig } from '../../lib/config/load-config.ts';
import { readJournal } from '../../lib/journal/read-journal.ts';
import { connect } from '../../lib/kube/connect.ts';
import { readLease } from '../../lib/kube/leases.ts';
import { listPods } from '../../lib/kube/objects.ts';
import { runRecordSchema } from '../../lib/report/run-record.ts';
import { clusterProcesses } from '../support/cluster-processes.ts';
import { machineSnapshot } from '../support/machine-snapshot.ts';
import { resultsOf, startRun, type StartedRun } from '../support/started-run.ts';

const configPath = join(projectRoot, 'test/configs/interrupts.config.ts');
const config = await loadConfig(configPath);
const settings = config.cluster.embedded;
const { name } = settings;
const runIds = ['boot', 'drill', 'twice', 'terminal', 'orphan'].map((what) => `interrupts-test-${what}`);
const [inBoot = '', inDrill = '', twice = '', terminal = '', orphan = ''] = runIds;
let atFirst: readonly string[];

before(async () => {
  await down(name);
  atFirst = await machineSnapshot(name);
});

after(async () => {
  await down(name);
  for (const runId of runIds) await rm(resultsOf(runId), { recursive: true, force: true });
});

test('Ctrl-C in the boot: nothing is left, and no results', async () => {
  const run = await startRun({ runId: inBoot, configPath });
  await run.until('the API server answers', (output) => output.includes('api-live'));
  assert.notDeepEqual(await machineSnapshot(name), atFirst, 'a snapshot that does not see a boot proves nothing');
  process.kill(run.pid, 'SIGINT');
  assert.equal(await run.end(15_000), 3, run.output());
  assert.match(
    run.output(),
    /ABORTED by SIGINT\n {2}nothing is left of the embedded cluster .*\n {2}no drill had begun/,
  );
  assert.deepEqual(await machineSnapshot(name), atFirst);
  await assert.rejects(stat(resultsOf(inBoot)), { code: 'ENOENT' });
});

test('Ctrl-C in the boot of `npx playwright test`: it waits for its set-up, and nothing is left', async () => {
  const run = await startRun({ runId: inBoot, configPath, command: 'npx playwright test' });
  await run.until('the API server answers', (output) => output.includes('api-live'));
  process.kill(run.pid, 'SIGTERM');
  assert.equal(await run.end(15_000), 130, run.output());
  assert.match(run.output(), /ABORTED by SIGTERM\n {2}nothing is left of the embedded cluster /);
  assert.deepEqual(await machineSnapshot(name), atFirst);
});

test('Ctrl-C in a drill: what was injected is undone, the run is shown as aborted, the cluster is put away', async () => {
  const run = await startRun({ runId: inDrill, configPath });
  await untilInjected(run);
  process.kill(run.pid, 'SIGINT');
  assert.equal(await run.end(60_000), 3, run.output());
  assert.match(run.output(), /^ABORTED {2}no claim is judged/m);
  assert.match(run.output(), /^undone +kill 1 on both, the pods of the run are deleted$/m);
  assert.match(run.output(), /^left behind +nothing that is known$/m);
  assert.match(run.output(), /ABORTED by SIGINT\n {2}nothing is left of the embedded cluster /);
  await assertAborted(inDrill);
  assert.deepEqual(await machineSnapshot(name), atFirst);
});

test('Ctrl-C twice leaves at once: no process of the run goes on, and the node agents end by themselves half a minute later', async () => {
  {
    const signal = AbortSignal.timeout(120_000);
    await using _lock = await lockCluster({ ...aTest, signal });
    await up({ settings, nodeCache: {}, signal, progress: noProgress });
  }
  const run = await startRun({ runId: twice, configPath });
  await untilInjected(run);
  assert.ok((await agents()).length > 0);
  process.kill(run.pid, 'SIGINT');
  // Who presses again has read that: signals that reach the process within half a second are one press, whenever they were sent.
  await run.until('the first is answered', (output) => output.includes('once more leaves at once'));
  await sleep(700);
  process.kill(run.pid, 'SIGINT');
  assert.equal(await run.end(20_000), 3, run.output());
  assert.match(
    run.output(),
    /left at once: what is in force the node agents put back by themselves within half a minute/,
  );
  await within(20_000, 'the runner ends', async () => (await runnerProcesses()).length === 0);
  // Their grace is 30 s: for all that they know the API server might be restarting.
  await within(60_000, 'the node agents end', async () => (await agents()).length === 0);
  const { troubles } = await readJournal(join(resultsOf(twice), 'node-cache-killed/journal.ndjson'));
  assert.equal(troubles.at(-1)?.what, 'aborted');
  // Whoever waits for the undo ends with exit code 3 too, and with a report.
  await assert.rejects(stat(join(resultsOf(twice), 'run.json')), { code: 'ENOENT' });
});

test('a closed terminal counts as Ctrl-C, also after a run that left at once', async () => {
  assert.equal((await embeddedStatus(name)).state, 'up');
  const run = await startRun({ runId: terminal, configPath, terminal: true });
  await untilInjected(run);
  run.closeTerminal();
  await run.end(60_000);
  await assertAborted(terminal);
  await assertGivenBack();
});

test('a runner whose npm start was killed notices, and aborts', async () => {
  const run = await startRun({ runId: orphan, configPath });
  await run.until('the drill begins', (_output, journal) => journal !== '');
  process.kill(run.pid, 'SIGKILL');
  await within(60_000, 'the runner ends', async () => (await runnerProcesses()).length === 0);
  await assertAborted(orphan);
  await assertGivenBack();
  await down(name);
  assert.deepEqual(await machineSnapshot(name), atFirst);
});

const aTest = { name, runId: null, command: 'a test', wait: true, progress: noProgress } as const;

async function untilInjected(run: StartedRun): Promise<void> {
  await run.until('the first kill', (_output, journal) => journal.includes('"event":"injected"'));
}

async function assertAborted(runId: string): Promise<void> {
  const text = await readFile(join(resultsOf(runId), 'run.json'), 'utf8');
  assert.equal(runRecordSchema.parse(JSON.parse(text)).result, 'aborted');
}

/** No Lease, no pod of a run, and node-cache in a pod without back-off. */
async function assertGivenBack(): Promise<void> {
  const context = contextName(name);
  const kubeconfigPath = join(runDir(name), 'kubeconfig');
  const kube = await connect({ kubeconfigPath, context, allowContexts: [context] });
  const signal = AbortSignal.timeout(10_000);
  const { namespace, selector } = config.nodeLocal;
  assert.equal(await readLease(kube, { namespace, name: 'nodelocal-drill' }, signal), null);
  assert.deepEqual((await listPods(kube, { namespace: config.probes.namespace, labels: '' }, signal)).items, []);
  const pods = (await listPods(kube, { namespace, labels: selector }, signal)).items;
  assert.deepEqual(
    pods.map(({ status }) => status?.containerStatuses?.map(({ restartCount, ready }) => ({ restartCount, ready }))),
    [[{ restartCount: 0, ready: true }]],
  );
}

async function agents() {
  return (await clusterProcesses(name)).filter(({ command }) => command.startsWith('/agent hold'));
}

async function runnerProcesses(): Promise<readonly string[]> {
  return (await machineSnapshot(name)).filter((line) => line.startsWith('process ') && line.includes('playwright'));
}

async function within(limitMs: number, what: string, holds: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - begun < limitMs, `${what}: not within ${limitMs} ms`);
    await sleep(50);
  }
}
