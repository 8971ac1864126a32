import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentSession } from '../../../lib/fault/agent-session.ts';
import type { FaultTarget } from '../../../lib/fault/fault.ts';
import { killNodeCache } from '../../../lib/fault/kill-node-cache.ts';
import type { FaultMark } from '../../../lib/journal/entry.ts';
import { fakeNodeCache, type FakeNodeCache } from '../../support/fake-node-cache.ts';

// Not a timeout: in one process with all other tests it would run from the moment this file is loaded.
const signal = new AbortController().signal;
const a = { name: 'both', node: 'a' } as const;
const b = { name: 'link-local', node: 'b' } as const;
const before = [
  { uid: 'pod-a', node: 'a', containerId: 'old-a' },
  { uid: 'pod-b', node: 'b', containerId: 'old-b' },
];

/** Processes by container ID, as agents find them; a signal ends one. */
function targetOf(nodeCache: FakeNodeCache, processes: Map<string, number>) {
  const marks: FaultMark[] = [];
  const asked: string[] = [];
  const ask = (cmd: string, { containerId }: { containerId: string }) => {
    asked.push(`${cmd} ${containerId}`);
    const pid = processes.get(containerId);
    if (pid === undefined) return Promise.reject(new Error(`no process of container ${containerId}`));
    if (cmd === 'signal') processes.delete(containerId);
    return Promise.resolve({ id: 1, ok: true, atNs: 1000 + pid, pid });
  };
  const target: FaultTarget = {
    kube: nodeCache.server.kube,
    sites: [a, b],
    agentOf: () => ({ ask }) as unknown as AgentSession,
    nodeCache: nodeCache.tracker,
    nodeCacheNamespace: 'kube-system',
    append: (entry) => {
      assert.ok(entry.type === 'fault');
      marks.push(entry);
    },
    confirmDeadlineNs: 200e6,
  };
  return { target, marks, asked, summary: () => marks.map(({ site, event }) => `${site} ${event}`).sort() };
}

test('both sites are found before either is hit, and confirmed by a new container and a process that is gone', async () => {
  await using nodeCache = await fakeNodeCache(...before);
  const processes = new Map([
    ['old-a', 11],
    ['old-b', 22],
  ]);
  const { target, marks, asked, summary } = targetOf(nodeCache, processes);
  assert.equal(await killNodeCache.unavailable(target), null);
  const injection = await killNodeCache.inject(target, 1, signal);
  assert.deepEqual(
    asked.map((each) => each.split(' ')[0]),
    ['find', 'find', 'signal', 'signal'],
  );
  assert.equal(injection.atNs, 1011);

  const confirming = injection.confirm(signal);
  for (const pod of before) nodeCache.set({ ...pod, state: 'waiting', restarts: 1 });
  processes.set('new-a', 33).set('new-b', 44);
  for (const { uid, node } of before) nodeCache.set({ uid, node, containerId: `new-${node}`, restarts: 1 });
  await confirming;
  assert.deepEqual(summary(), ['both confirmed', 'both injected', 'link-local confirmed', 'link-local injected']);
  const confirmed = marks.find(({ site, event }) => site === 'both' && event === 'confirmed');
  assert.deepEqual(confirmed?.evidence, {
    oldContainer: 'old-a',
    newContainer: 'new-a',
    pid: 11,
    newPid: 33,
    oldProcessGone: true,
  });
});

test('a container that does not change is no evidence, and that is a result, not an error', async () => {
  await using nodeCache = await fakeNodeCache(...before);
  const { target, summary } = targetOf(
    nodeCache,
    new Map([
      ['old-a', 11],
      ['old-b', 22],
    ]),
  );
  const injection = await killNodeCache.inject(target, 1, signal);
  await injection.confirm(signal);
  assert.deepEqual(summary(), ['both injected', 'both unconfirmed', 'link-local injected', 'link-local unconfirmed']);
});

test('an old process that is still there is no evidence either', async () => {
  await using nodeCache = await fakeNodeCache(...before);
  const processes = new Map([
    ['old-a', 11],
    ['old-b', 22],
  ]);
  const { target, summary } = targetOf(nodeCache, processes);
  const injection = await killNodeCache.inject(target, 1, signal);
  processes.set('old-a', 11).set('new-a', 33).set('new-b', 44);
  for (const { uid, node } of before) nodeCache.set({ uid, node, containerId: `new-${node}`, restarts: 1 });
  await injection.confirm(signal);
  assert.deepEqual(summary(), ['both injected', 'both unconfirmed', 'link-local confirmed', 'link-local injected']);
});

test('it can’t be injected where node-cache does not run', async () => {
  await using nodeCache = await fakeNodeCache(...before.slice(0, 1));
  const { target } = targetOf(nodeCache, new Map());
  assert.equal(await killNodeCache.unavailable(target), 'node-cache does not run on b');
});

test('what is put back is the back-off: pods that were restarted are made anew, others are left, and a second time nothing happens', async () => {
  await using nodeCache = await fakeNodeCache(
    { uid: 'pod-a', node: 'a', containerId: 'new-a', restarts: 2 },
    { uid: 'pod-b', node: 'b', containerId: 'old-b' },
  );
  const { target } = targetOf(nodeCache, new Map());
  await killNodeCache.revert(target, signal);
  await killNodeCache.revert(target, signal);
  const deleted = nodeCache.server.requests.filter((request) => request.startsWith('DELETE'));
  assert.deepEqual(deleted, ['DELETE /api/v1/namespaces/kube-system/pods/pod-a']);
});

test('a pod that was killed a moment ago is made anew, though its status does not tell of a restart yet', async () => {
  await using nodeCache = await fakeNodeCache(...before);
  const { target } = targetOf(
    nodeCache,
    new Map([
      ['old-a', 11],
      ['old-b', 22],
    ]),
  );
  await killNodeCache.inject(target, 1, signal);
  await killNodeCache.revert(target, signal);
  await killNodeCache.revert(target, signal);
  const deleted = nodeCache.server.requests.filter((request) => request.startsWith('DELETE')).toSorted();
  assert.deepEqual(
    deleted,
    ['pod-a', 'pod-b'].map((name) => `DELETE /api/v1/namespaces/kube-system/pods/${name}`),
  );
});
