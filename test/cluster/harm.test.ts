/**
 * Real drills on a cluster where an application runs beside them: what it feels, with and without `drainFirst`, and a drill that is stopped by
 * what is watched. Needs root; takes about four minutes.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';
import { readJournal } from '../../lib/journal/read-journal.ts';
import { readClusterUid } from '../../lib/kube/cluster-uid.ts';
import type { Kube } from '../../lib/kube/kube.ts';
import { listNodes } from '../../lib/kube/objects.ts';
import { runRecordSchema } from '../../lib/report/run-record.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { Bystander } from '../support/bystander.ts';
import { tinyPrometheus, twoSamples } from '../support/tiny-prometheus.ts';

const signal = AbortSignal.timeout(900_000);
let cluster: BootedCluster;
let kube: Kube;
let bystander: Bystander;
let scratch = '';
let uid = '';

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'harm-test-'));
  cluster = await bootCluster({ name: 'harm-test', nodes: [{ site: 'both' }, { site: 'control' }] }, signal);
  ({ kube } = cluster);
  uid = await readClusterUid(kube, signal);
  bystander = await Bystander.start(kube, signal);
});

after(async () => {
  await bystander[Symbol.asyncDispose]();
  await cluster.release();
  await rm(scratch, { recursive: true, force: true });
});

test('a run that is interrupted while a PodDisruptionBudget holds the drain uncordons the node', async () => {
  const run = drill('harm-test-interrupted', { drainFirst: true });
  while (!(await isCordoned())) await sleep(100, undefined, { signal });
  await sleep(2000);
  assert.equal(await isCordoned(), true, 'the budget holds');
  run.kill('SIGINT');
  await run;
  assert.equal(await isCordoned(), false);
  assert.ok(bystander.lookups.every(({ node }) => node === 'both'));
});

test('without drainFirst the application on the node feels the drill', async () => {
  const { window } = await drilled('harm-test-without', { drainFirst: false });
  const felt = during(window).filter(({ outcome, dueNs, endNs }) => outcome !== 'answered' || endNs - dueNs > 1e9);
  assert.ok(felt.length > 10, `${felt.length} of ${during(window).length} lookups`);
});

test('with drainFirst none of its lookups fails, it has moved, and all is as it was at the end', async () => {
  await bystander.mayBeEvicted(true, signal);
  const { window, run } = await drilled('harm-test-with', { drainFirst: true });
  const lookups = during(window);
  assert.ok(lookups.length > 200, `${lookups.length}`);
  assert.deepEqual(new Set(lookups.map(({ node }) => node)), new Set(['control']));
  const [fromNs, toNs] = window;
  const runs = bystander.lookups.filter(({ dueNs }) => dueNs >= fromNs - 15e9 && dueNs <= toNs);
  assert.deepEqual(
    runs.filter(({ outcome }) => outcome !== 'answered'),
    [],
    'also while it was evicted',
  );
  assert.deepEqual(run.endState, { differences: [] });
  assert.equal(await isCordoned(), false);
});

test('a Prometheus query that turns bad after the first kill stops the drill, which is undone', async () => {
  await using prometheus = await tinyPrometheus();
  const runId = 'harm-test-aborted';
  const dir = join(projectRoot, 'results', runId);
  const abortWhen = [{ watch: 'prometheus', url: prometheus.url, query: 'errors > 5', every: '200 ms' }];
  const running = drill(runId, { abortWhen });
  const journal = join(dir, 'node-cache-killed/journal.ndjson');
  while (!(await readFile(journal, 'utf8').catch(() => '')).includes('"event":"injected"'))
    await sleep(100, undefined, { signal });
  prometheus.says(twoSamples);
  const ended = await running;
  try {
    const run = runRecordSchema.parse(JSON.parse(await readFile(join(dir, 'run.json'), 'utf8')));
    assert.equal(run.result, 'aborted', ended.stdout);
    assert.match(ended.stdout, /abortWhen: errors > 5 \(Prometheus at .* turned bad: it gives \{job="shop"\} 7\.5/);
    const { faults } = await readJournal(journal);
    assert.deepEqual(
      faults.filter(({ event }) => event !== 'confirmed').map(({ event, fault }) => `${event} ${fault}`),
      ['injected 1', 'reverted 1'],
    );
    assert.deepEqual(run.endState, { differences: [] });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

/** From the first kill to 10 s after the second. */
type Window = readonly [fromNs: number, toNs: number];

function during([fromNs, toNs]: Window) {
  return bystander.lookups.filter(({ dueNs }) => dueNs >= fromNs && dueNs <= toNs);
}

/** Runs the main drill to its end; the verdict, which a busy machine may make inconclusive, is not asked. */
async function drilled(runId: string, options: { readonly drainFirst: boolean }) {
  const ended = await drill(runId, options);
  const dir = join(projectRoot, 'results', runId);
  try {
    const run = runRecordSchema.parse(JSON.parse(await readFile(join(dir, 'run.json'), 'utf8')));
    const { faults } = await readJournal(join(dir, 'node-cache-killed/journal.ndjson'));
    const kills = faults.filter(({ event }) => event === 'injected').map(({ atNs }) => atNs);
    assert.equal(kills.length, 2, `${ended.stdout}\n${ended.stderr}`);
    const window: Window = [Math.min(...kills), Math.max(...kills) + 10e9];
    return { run, window };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface DrillOptions {
  readonly drainFirst?: boolean;
  readonly abortWhen?: readonly object[];
}

function drill(runId: string, options: DrillOptions) {
  const config = join(scratch, `${runId}.config.mts`);
  writeFileSync(config, `export default ${JSON.stringify(configOf(options))};\n`);
  const command = ['node_modules/@playwright/test/cli.js', 'test', 'experiments/node-cache-killed.spec.ts'];
  return execa(process.execPath, command, {
    cwd: projectRoot,
    reject: false,
    stdin: 'ignore',
    env: {
      NODELOCAL_DRILL_CONFIG: config,
      NODELOCAL_DRILL_RUN_ID: runId,
      NODELOCAL_DRILL_YES: '1',
      NODE_TEST_CONTEXT: undefined,
    },
  });
}

/** The cluster as somebody else's, and a drill that is as short as it can be. */
function configOf({ drainFirst = false, abortWhen = [] }: DrillOptions) {
  const { kubeconfigPath, context } = cluster;
  return {
    cluster: { provider: 'existing', existing: { kubeconfig: kubeconfigPath, context, drainFirst } },
    allowContexts: [{ context, uid }],
    abortWhen,
    probes: { resolvers: ['glibc'], dnsConfigs: ['single', 'fallback-upstream', 'stock'], quietDnsConfigs: [] },
    timing: { warmUp: '1 s', baseline: '3 s', recovery: '5 s', afterBack: '2 s', drain: '10 s' },
    evidence: { lookupsInWindow: 20 },
  };
}

async function isCordoned(): Promise<boolean> {
  const node = (await listNodes(kube, signal)).find(({ metadata }) => metadata?.name === 'both');
  return node?.spec?.unschedulable === true;
}
