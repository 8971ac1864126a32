import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { isRunning } from '../../../lib/kube/pod-state.ts';
import { PodTracker } from '../../../lib/kube/pod-tracker.ts';
import { waitForRunning } from '../../../lib/kube/wait-for-pod.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';

// Not a timeout: in one process with all other tests it would run from the moment this file is loaded.
const signal = new AbortController().signal;
const filter = { namespace: 'drill', labels: 'a=b' };
const pod = (name: string, state: object) => ({
  metadata: { name, uid: name },
  status: { containerStatuses: [{ state }] },
});
const list = (...items: readonly object[]) => ({ items, metadata: { resourceVersion: '7' } });
const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;

test('what the list and then the watch say is known, and who waits is told', async () => {
  let watch: ServerResponse | null = null;
  await using server = await fakeApiServer((_request, response, { searchParams }) => {
    if (searchParams.get('watch') === null)
      sendJson(response, list(pod('a', { waiting: { reason: 'ContainerCreating' } })));
    else {
      assert.equal(searchParams.get('resourceVersion'), '7');
      watch = response;
      response.write(event('MODIFIED', pod('a', { running: {} })));
    }
  });
  await using tracker = new PodTracker(server.kube, filter);
  await tracker.listed(signal);
  const ask = () => (tracker.pods().some(isRunning) ? 'runs' : null);
  assert.equal(await tracker.waitFor(ask, { what: 'a', deadlineNs: 5e9, signal }), 'runs');
  const gone = tracker.waitFor(() => (tracker.pod('a') === undefined ? true : null), {
    what: 'the end',
    deadlineNs: 5e9,
    signal,
  });
  (watch as ServerResponse | null)?.write(event('DELETED', pod('a', {})));
  assert.equal(await gone, true);
});

test('a watch that the server ended is begun anew with a list', async () => {
  let lists = 0;
  await using server = await fakeApiServer((_request, response, { searchParams }) => {
    if (searchParams.get('watch') === null)
      sendJson(response, list(...(++lists === 1 ? [] : [pod('late', { running: {} })])));
    else if (lists === 1) response.end(event('ERROR', { code: 410, message: 'too old resource version' }));
    else response.write(event('BOOKMARK', {}));
  });
  await using tracker = new PodTracker(server.kube, filter);
  assert.ok(await tracker.waitFor(() => tracker.pod('late') ?? null, { what: 'late', deadlineNs: 5e9, signal }));
});

test('a pod that was deleted while the watch was cut is not there any more', async () => {
  let lists = 0;
  await using server = await fakeApiServer((_request, response, { searchParams }) => {
    if (searchParams.get('watch') === null)
      sendJson(response, list(pod(++lists === 1 ? 'old' : 'new', { running: {} }), pod('other', { running: {} })));
    else if (lists === 1) response.end(event('MODIFIED', pod('other', { running: {} })));
    else response.write(event('BOOKMARK', {}));
  });
  await using tracker = new PodTracker(server.kube, filter);
  const told: string[] = [];
  tracker.onChange((change) => {
    if (change.type === 'deleted') told.push(change.pod.metadata?.name ?? '');
  });
  await tracker.waitFor(() => tracker.pod('new') ?? null, { what: 'new', deadlineNs: 5e9, signal });
  assert.equal(tracker.pod('old'), undefined);
  assert.ok(tracker.pod('other'));
  assert.deepEqual(told, ['old']);
});

test('a refused watch is an error for everyone who waits', async () => {
  await using server = await fakeApiServer((_request, response) => {
    sendJson(response, { message: 'pods is forbidden' }, 403);
  });
  await using tracker = new PodTracker(server.kube, filter);
  await assert.rejects(tracker.listed(signal), { message: /403 pods is forbidden/ });
});

test('a pod that can never start is told at once, with the reason and the last event', async () => {
  await using server = await fakeApiServer((_request, response, { pathname, searchParams }) => {
    if (pathname.endsWith('/events')) sendJson(response, { items: [{ message: 'image "x" is not present' }] });
    else if (searchParams.get('watch') === null)
      sendJson(response, list(pod('a', { waiting: { reason: 'ErrImageNeverPull' } })));
    else response.write(event('BOOKMARK', {}));
  });
  await using tracker = new PodTracker(server.kube, filter);
  await assert.rejects(
    waitForRunning(server.kube, tracker, { namespace: 'drill', name: 'a' }, { deadlineNs: 5e9, signal }),
    {
      message: /pod drill\/a to run: it can't: ErrImageNeverPull; last event: image "x" is not present/,
    },
  );
});

test('a deadline says what was waited for, for how long, and what stood in the way', async () => {
  await using server = await fakeApiServer((_request, response, { searchParams }) => {
    if (searchParams.get('watch') === null) sendJson(response, list());
    else response.write(event('BOOKMARK', {}));
  });
  await using tracker = new PodTracker(server.kube, filter);
  await assert.rejects(
    tracker.waitFor(() => null, { what: 'a pod', why: () => 'it is Pending', deadlineNs: 30e6, signal }),
    { message: /gave up on a pod \(it is Pending\) after 0 s/ },
  );
});
