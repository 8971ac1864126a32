/** An API server that lags, stands still, restarts, and takes a token no longer: in the middle of a drill. */
import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireCluster } from '../../lib/cluster/acquire-cluster.ts';
import { noProgress } from '../../lib/build/progress.ts';
import { runDir } from '../../lib/cluster/embedded/paths.ts';
import type { Journal } from '../../lib/journal/journal.ts';
import type { Kube } from '../../lib/kube/kube.ts';
import { listPods } from '../../lib/kube/objects.ts';
import { restartApiServer, stallApiServer } from './support/api-server-process.ts';
import { clusterProcesses } from '../support/cluster-processes.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { laggingRelay, type LaggingRelay } from './support/lagging-relay.ts';
import { killOnce, shortDrill, type Met } from './support/short-drill.ts';
import { shortConfig } from './support/short-plan.ts';
import { tokenServer } from './support/token-server.ts';

const name = 'disguise-api';
let cluster: BootedCluster;
let admin: Kube;

before(async () => {
  cluster = await bootCluster({ name, nodes: [{ site: 'both' }, { site: 'control' }] });
  admin = cluster.kube;
});

after(() => cluster.release());

test('dual stack is refused in one sentence, before anything is made', async () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'dual' } };
  const podCIDRs = ['10.244.99.0/24', 'fd00:10:244:99::/64'];
  const spec = { podCIDR: podCIDRs[0], podCIDRs };
  const signal = AbortSignal.timeout(30_000);
  await admin.json('POST', '/api/v1/nodes', { body: { ...node, spec }, signal });
  try {
    const user = { runId: null, command: 'a test', wait: true };
    await assert.rejects(acquireCluster(shortConfig(cluster), { user, signal, progress: noProgress }), {
      name: 'ClusterRefused',
      message: /^this cluster has IPv6 \(node dual has the pod ranges 10\.244\.99\.0\/24 and fd00:10:244:99::\/64\)/,
    });
  } finally {
    await admin.json('DELETE', '/api/v1/nodes/dual', { signal });
  }
});

test('a node with the wrong label is named, with the command that mends it', async () => {
  const label = (site: string) =>
    admin.json('PATCH', '/api/v1/nodes/both', {
      body: { metadata: { labels: { 'nodelocal-drill.dev/site': site } } },
      contentType: 'application/merge-patch+json',
      signal: AbortSignal.timeout(10_000),
    });
  await label('link-local');
  try {
    const user = { runId: null, command: 'a test', wait: true };
    const signal = AbortSignal.timeout(30_000);
    await assert.rejects(acquireCluster(shortConfig(cluster), { user, signal, progress: noProgress }), {
      name: 'KubeconfigError',
      message:
        /node both is labelled .*=link-local, and node-cache listens on 169\.254\.20\.10 and 10\.96\.0\.10 there.*kubectl label/,
    });
  } finally {
    await label('both');
  }
});

test('an API server that lags by half a second and stands still for 5 s costs the drill nothing', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'api-server-'));
  await using relay = await relayTo(dir.path, 250);
  const stalled = { phase: 'baseline', act: () => stallApiServer(name, 5000) } as const;
  const { journal, verdict, error } = await shortDrill(relay.met, { meanwhile: stalled, steps: killOnce(7e9) });
  assert.equal(error, null);
  assert.equal(verdict.result, 'pass', verdict.sentence);
  assertEveryLineOnce(journal);
  await assertNothingIsLeft();
});

test('a token that expires is fetched anew by the kubeconfig’s plugin, in mid-run', async () => {
  await using server = await tokenServer(name);
  await using dir = await mkdtempDisposable(join(tmpdir(), 'api-server-'));
  const path = join(dir.path, 'token');
  const now = async (token: string) => {
    server.accept(token);
    await writeFile(path, token);
  };
  await now('first');
  const credential = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}';
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'sh',
    args: ['-c', `printf '${credential}' "$(cat "$0")"`, path],
    interactiveMode: 'Never',
  };
  const met = await server.kubeconfig(dir.path, { exec });
  const { verdict, error } = await shortDrill(met, { meanwhile: { phase: 'baseline', act: () => now('second') } });
  assert.ok(server.refused() > 0, 'a token that never expired proves nothing');
  assert.equal(error, null);
  assert.equal(verdict.result, 'pass', verdict.sentence);
  await assertNothingIsLeft();
});

test('a token that expires and can’t be had anew ends the run with a sentence, and no verdict', async () => {
  await using server = await tokenServer(name);
  await using dir = await mkdtempDisposable(join(tmpdir(), 'api-server-'));
  server.accept('only');
  const met = await server.kubeconfig(dir.path, { token: 'only' });
  const expire = () => {
    server.accept('another');
    return Promise.resolve();
  };
  const { verdict, error } = await shortDrill(met, { meanwhile: { phase: 'baseline', act: expire } });
  const sentence = /the API server does not take the credentials of user "me" \(context "theirs"\).*get new ones/;
  assert.match(String(error), sentence);
  assert.equal(verdict.result, 'inconclusive');
  assert.match(verdict.sentence, sentence);
  // What a run without rights had to leave, the next one sweeps.
  assert.notEqual((await podsOfRuns()).length, 0);
  const again = await shortDrill(cluster);
  assert.equal(again.verdict.result, 'pass', again.verdict.sentence);
  await assertNothingIsLeft();
});

const moments = {
  baseline: 'before node-cache is',
  fault: 'just when node-cache is',
  draining: 'while the drill ends and is undone',
} as const;

for (const [phase, when] of Object.entries(moments) as [keyof typeof moments, string][]) {
  test(`an API server that is killed ${when}, and comes back, costs the drill nothing`, async () => {
    const killed = { phase, act: () => restartApiServer(name, 1000) };
    const { journal, verdict, error } = await shortDrill(cluster, { meanwhile: killed, steps: killOnce(7e9) });
    assert.equal(error, null);
    assertMended(journal);
    assertEveryLineOnce(journal);
    assertWholeEvidence(journal);
    assert.equal(verdict.result, 'pass', verdict.sentence);
    await assertNothingIsLeft();
  });
}

test('where the connections of the node agents alone are cut, again and again, they are mended', async () => {
  const cutTransports = async () => {
    for (let time = 0; time < 4; time++) {
      for (const { pid, command } of await clusterProcesses(name))
        if (command.startsWith('/agent attach')) process.kill(pid, 'SIGKILL');
      await sleep(1500);
    }
  };
  const meanwhile = { phase: 'fault', act: cutTransports } as const;
  const { journal, verdict, error } = await shortDrill(cluster, { meanwhile, steps: killOnce(7e9) });
  assert.equal(error, null);
  assertMended(journal, 2);
  assertEveryLineOnce(journal);
  assertWholeEvidence(journal);
  assert.equal(verdict.result, 'pass', verdict.sentence);
  await assertNothingIsLeft();
});

test('all connections to the API server are reset when node-cache is killed, and can’t be had for 8 s', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'api-server-'));
  await using relay = await relayTo(dir.path, 0);
  const meanwhile = { phase: 'fault', act: () => relay.cut(8000) } as const;
  const { journal, verdict, error } = await shortDrill(relay.met, { meanwhile, steps: killOnce(7e9) });
  assert.equal(error, null);
  assertMended(journal);
  assertEveryLineOnce(journal);
  assertWholeEvidence(journal);
  assert.equal(verdict.result, 'pass', verdict.sentence);
  await assertNothingIsLeft();
});

/** A kubeconfig in the folder that leads to the cluster's API server by a relay. */
async function relayTo(folder: string, lagMs: number): Promise<LaggingRelay & { readonly met: Met }> {
  const port = await readFile(join(runDir(name), 'port'), 'utf8');
  const relay = await laggingRelay(Number(port), lagMs);
  const kubeconfigPath = join(folder, 'kubeconfig');
  const kubeconfig = await readFile(cluster.kubeconfigPath, 'utf8');
  await writeFile(kubeconfigPath, kubeconfig.replace(`127.0.0.1:${port}`, `127.0.0.1:${relay.port}`));
  return { ...relay, met: { kubeconfigPath, context: cluster.context } };
}

/** Each agent's connection was cut and goes on; that is told, and is no trouble. */
function assertMended(journal: Journal, atLeast = 1): void {
  const mended = journal.nodeEvents.filter(({ event }) => event === 'session-mended');
  for (const site of ['both', 'control'])
    assert.ok(mended.filter((event) => event.site === site).length >= atLeast, `${site}: ${JSON.stringify(mended)}`);
  assert.deepEqual(journal.troubles, []);
}

/** What the agent saw of the kill, and of what followed it, is there once, and so are the packets of all probes, from the first to the last. */
function assertWholeEvidence(journal: Journal): void {
  const events = journal.nodeEvents.filter(({ site }) => site === 'both');
  const [injected, confirmed] = ['injected', 'confirmed'].map((event) =>
    journal.faults.find((fault) => fault.site === 'both' && fault.event === event),
  );
  assert.ok(injected !== undefined && confirmed !== undefined, JSON.stringify(journal.faults));
  // Later node-cache is put back, in a new pod.
  const overNs = journal.phases.find(({ phase }) => phase === 'draining')?.atNs ?? Infinity;
  const after = events.filter(({ atNs }) => atNs >= injected.atNs && atNs < overNs);
  const gone = after.filter(
    ({ event, detail }) => event === 'process-gone' && detail['pid'] === injected.evidence['pid'],
  );
  assert.equal(gone.length, 1);
  assert.equal(after.filter(({ event }) => event === 'process-started').length, 1);
  for (const address of ['169.254.20.10', '10.96.0.10'])
    for (const event of ['port-unbound', 'port-bound']) {
      const told = after.filter((each) => each.event === event && each.detail['address'] === address);
      assert.deepEqual(told.map(({ detail }) => detail['proto']).sort(), ['tcp', 'udp'], `${event} ${address}`);
    }
  const lines = journal.nodeEvents.map((event) => JSON.stringify(event));
  assert.equal(new Set(lines).size, lines.length, 'an event came twice');
  for (const { probe } of journal.probes) assertWholeCapture(journal, probe);
}

/** Each lookup that was answered left a response in the capture, by time. */
function assertWholeCapture(journal: Journal, probe: string): void {
  const responses = journal.responses.get(probe) ?? [];
  assert.equal(new Set(responses.map((each) => JSON.stringify(each))).size, responses.length, `${probe}: doubled`);
  const warmNs = journal.phases.find(({ phase }) => phase === 'baseline')?.atNs ?? Infinity;
  for (const { outcome, startNs, endNs, seq } of journal.observations.get(probe) ?? []) {
    if (outcome !== 'answered' || startNs < warmNs) continue;
    const found = responses.some(({ atNs }) => atNs >= startNs - 1e6 && atNs <= endNs + 1e6);
    assert.ok(found, `${probe}: no response was captured for lookup ${seq}`);
  }
}

function assertEveryLineOnce(journal: Journal): void {
  assert.deepEqual(
    journal.troubles.filter(({ what }) => what === 'gap' || what === 'stream'),
    [],
  );
  for (const { probe } of journal.probes) {
    const seqs = (journal.observations.get(probe) ?? []).map(({ seq }) => seq);
    assert.ok(seqs.length > 50, `${probe}: ${seqs.length} lookups`);
    assert.deepEqual(
      seqs,
      seqs.map((_, i) => i),
      probe,
    );
  }
}

async function podsOfRuns() {
  const filter = { namespace: 'nodelocal-drill', labels: 'nodelocal-drill.dev/run' };
  return (await listPods(admin, filter, AbortSignal.timeout(10_000))).items;
}

async function assertNothingIsLeft(): Promise<void> {
  assert.deepEqual(
    (await podsOfRuns()).map(({ metadata }) => metadata?.name),
    [],
  );
  const filter = { namespace: 'kube-system', labels: 'k8s-app=node-local-dns' };
  const { items } = await listPods(admin, filter, AbortSignal.timeout(10_000));
  assert.deepEqual(
    items.map(({ status }) => status?.containerStatuses?.[0]?.restartCount),
    [0],
  );
}
