import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drillConfigSchema } from '../../../lib/config/drill-config.ts';
import { compareWithStart, differencesOf, readClusterState } from '../../../lib/record/end-state.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';

const signal = new AbortController().signal;
const config = drillConfigSchema.parse({});
const cordonedByRun = { annotations: { 'nodelocal-drill.dev/cordoned-by': 'run-1' } };

/** What is there; a test changes it between two looks. */
interface There {
  nodes: readonly { readonly metadata: object; readonly spec?: object }[];
  nodeCache: readonly (readonly [node: string, ready: boolean])[];
  pods: readonly string[];
  namespace: boolean;
  lease: boolean;
}

async function cluster() {
  const there: There = {
    nodes: [{ metadata: { name: 'a', labels: { x: '1' } } }, { metadata: { name: 'b' } }],
    nodeCache: [
      ['a', true],
      ['b', false],
    ],
    pods: [],
    namespace: false,
    lease: false,
  };
  const server = await fakeApiServer((_request, response, { pathname }) => {
    const orMissing = (is: boolean) => {
      sendJson(response, is ? {} : { message: 'not found' }, is ? 200 : 404);
    };
    if (pathname === '/api/v1/nodes') sendJson(response, { items: there.nodes });
    else if (pathname === '/api/v1/namespaces/kube-system/pods')
      sendJson(response, {
        items: there.nodeCache.map(([nodeName, ready]) => ({
          metadata: {},
          spec: { nodeName },
          status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
        })),
      });
    else if (pathname.endsWith('/pods'))
      sendJson(response, { items: there.pods.map((name) => ({ metadata: { name } })) });
    else orMissing(pathname.includes('leases') ? there.lease : there.namespace);
  });
  return { there, server, read: async () => readClusterState(server.kube, config, signal) };
}

test('a cluster that is as it was has no differences, also when node-cache was broken on a node before', async () => {
  const { server, read } = await cluster();
  await using _ = server;
  assert.deepEqual(differencesOf(await read(), await read(), config), []);
});

test('each thing that a run may leave behind is found, and is ours', async () => {
  const { there, server, read } = await cluster();
  await using _ = server;
  const before = await read();
  Object.assign(there, {
    nodes: [
      { metadata: { name: 'a', labels: { x: '1' }, ...cordonedByRun }, spec: { unschedulable: true } },
      { metadata: { name: 'b' } },
    ],
    nodeCache: [['a', false]],
    pods: ['agent-both'],
    namespace: true,
    lease: true,
  } satisfies There);
  const found = differencesOf(before, await read(), config);
  assert.deepEqual(
    found.map(({ what }) => what),
    [
      'namespace nodelocal-drill is still there',
      '1 pods of a run are still in namespace nodelocal-drill: agent-both',
      'the Lease kube-system/nodelocal-drill is still there',
      'node-cache on a was Ready, and is not',
      'node a is still cordoned by a run',
    ],
  );
  assert.ok(found.every(({ ours }) => ours));
});

test('what others do meanwhile is told, and is not ours; what an earlier run left, and is gone, is no difference', async () => {
  const { there, server, read } = await cluster();
  await using _ = server;
  there.nodes = [...there.nodes, { metadata: { name: 'c', ...cordonedByRun }, spec: { unschedulable: true } }];
  there.pods = ['left-by-an-earlier-run'];
  const before = await read();
  there.pods = [];
  there.nodes = [
    {
      metadata: { name: 'a', labels: { x: '2' } },
      spec: { unschedulable: true, taints: [{ key: 'k', effect: 'NoSchedule' }] },
    },
    { metadata: { name: 'c' } },
    { metadata: { name: 'd' } },
  ];
  const found = differencesOf(before, await read(), config);
  assert.deepEqual(
    found.map(({ what }) => what),
    [
      'node a was not cordoned, and is now',
      'labels of node a have changed',
      'taints of node a have changed',
      'node b is gone',
      'node d has joined',
    ],
  );
  assert.ok(found.every(({ ours }) => !ours));
});

test('what takes a moment to be gone is waited for', async () => {
  const { there, server, read } = await cluster();
  await using _ = server;
  const before = await read();
  there.namespace = true;
  setTimeout(() => (there.namespace = false), 700);
  assert.deepEqual(await compareWithStart(server.kube, before, config, { deadlineNs: 10e9, signal }), []);
  there.lease = true;
  const left = await compareWithStart(server.kube, before, config, { deadlineNs: 600e6, signal });
  assert.deepEqual(
    left.map(({ ours }) => ours),
    [true],
  );
});
