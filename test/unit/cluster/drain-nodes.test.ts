import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drainNodes, DrainRefused, refuseUndrainable, type DrainOptions } from '../../../lib/cluster/drain-nodes.ts';
import { uncordon } from '../../../lib/kube/cordon.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';

const signal = new AbortController().signal;

/** Of node `a`, told to nobody. */
const draining: DrainOptions = {
  nodes: ['a'],
  runId: 'run-1',
  loseEmptyDir: false,
  deadlineNs: 1e9,
  beforeCordon: () => undefined,
  say: () => undefined,
  signal,
};

interface FakePod {
  readonly name: string;
  readonly owner?: string;
  readonly emptyDir?: boolean;
  readonly mirror?: boolean;
}

/** A node `a` with these pods; the first `refusals` evictions meet a PodDisruptionBudget. */
async function nodeWith(pods: readonly FakePod[], { refusals = 0, cordonedBy = null as string | null } = {}) {
  let there = [...pods];
  const patches: string[] = [];
  let node: Record<string, unknown> = cordonedBy === null ? {} : { spec: { unschedulable: true } };
  const server = await fakeApiServer((request, response, { pathname }) => {
    const evicted = /\/pods\/(.*)\/eviction$/.exec(pathname)?.[1];
    if (request.method === 'PATCH') {
      request.on('data', (chunk: Buffer) => {
        patches.push(chunk.toString());
        node = JSON.parse(chunk.toString()) as Record<string, unknown>;
        sendJson(response, node);
      });
    } else if (evicted !== undefined) {
      refusals -= 1;
      if (refusals >= 0) sendJson(response, { message: 'would violate the budget' }, 429);
      else {
        there = there.filter(({ name }) => name !== evicted);
        sendJson(response, {}, 201);
      }
    } else if (pathname === '/api/v1/nodes/a') sendJson(response, node);
    else sendJson(response, { items: there.map(podObject) });
  });
  return { server, patches, names: () => there.map(({ name }) => name) };
}

function podObject({ name, owner, emptyDir = false, mirror = false }: FakePod) {
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      ...(owner === undefined ? {} : { ownerReferences: [{ kind: owner, controller: true }] }),
      ...(mirror ? { annotations: { 'kubernetes.io/config.mirror': 'x' } } : {}),
    },
    spec: { volumes: emptyDir ? [{ name: 'tmp', emptyDir: {} }] : [] },
    status: { phase: 'Running' },
  };
}

const belongsToIt = [
  { name: 'node-local-dns', owner: 'DaemonSet', emptyDir: true },
  { name: 'static', mirror: true },
];

test('pods that have a controller are evicted, a budget is waited for; those of DaemonSets and static ones stay', async () => {
  const { server, patches, names } = await nodeWith([...belongsToIt, { name: 'shop', owner: 'ReplicaSet' }], {
    refusals: 2,
  });
  await using _ = server;
  const told: string[] = [];
  await drainNodes(server.kube, {
    ...draining,
    deadlineNs: 20e9,
    beforeCordon: (node) => told.push(`before ${node}, ${patches.length} patches`),
    say: (text) => told.push(text),
  });
  assert.deepEqual(names(), ['node-local-dns', 'static']);
  assert.deepEqual(told, ['before a, 0 patches', 'draining a: 1 pods are evicted, 2 belong to it and stay']);
  assert.deepEqual(patches, [
    '{"metadata":{"annotations":{"nodelocal-drill.dev/cordoned-by":"run-1"}},"spec":{"unschedulable":true}}',
  ]);
  await uncordon(server.kube, 'a', signal);
  assert.equal(
    patches[1],
    '{"metadata":{"annotations":{"nodelocal-drill.dev/cordoned-by":null}},"spec":{"unschedulable":null}}',
  );
});

test('a budget that never gives way ends the drain, with its words', async () => {
  const { server, names } = await nodeWith([{ name: 'shop', owner: 'ReplicaSet' }], { refusals: Infinity });
  await using _ = server;
  await assert.rejects(drainNodes(server.kube, draining), {
    message: /gave up on the eviction of 1 pods from a .* shop\/shop still there; .*429 would violate the budget/,
  });
  assert.deepEqual(names(), ['shop']);
});

test('a pod that nobody makes anew, or whose data would be gone, is a refusal before anything is changed', async () => {
  const { server } = await nodeWith([
    ...belongsToIt,
    { name: 'bare' },
    { name: 'db', owner: 'StatefulSet', emptyDir: true },
  ]);
  await using _ = server;
  const refuse = async (loseEmptyDir: boolean) =>
    refuseUndrainable(server.kube, { nodes: ['a'], loseEmptyDir, signal });
  await assert.rejects(refuse(false), (error) => {
    assert.ok(error instanceof DrainRefused);
    assert.match(
      error.message,
      /node a can't be drained: pod shop\/bare has no controller .* \(and 1 more\); nothing was/,
    );
    return true;
  });
  await assert.rejects(refuse(true), (error) => error instanceof DrainRefused && !error.message.includes('more'));
  assert.ok(server.requests.every((request) => request.startsWith('GET ')));
});

test('a node that somebody else has cordoned stays cordoned', async () => {
  const { server, patches } = await nodeWith(belongsToIt, { cordonedBy: 'somebody' });
  await using _ = server;
  await drainNodes(server.kube, draining);
  await uncordon(server.kube, 'a', signal);
  assert.deepEqual(patches, []);
});
