import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followLog } from '../../../lib/kube/follow-log.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';

const pod = { namespace: 'drill', name: 'p' };
// Not a timeout: in one process with all other tests it would run from the moment this file is loaded.
const signal = new AbortController().signal;

async function collect(log: AsyncIterable<readonly string[]>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const lines of log) all.push(...lines);
  return all;
}

test('a log that was cut goes on from some seconds before, until the container has ended', async () => {
  let opened = 0;
  await using server = await fakeApiServer((_request, response, { pathname }) => {
    if (!pathname.endsWith('/log')) {
      sendJson(response, { status: { phase: opened > 1 ? 'Succeeded' : 'Running' } });
      return;
    }
    opened += 1;
    if (opened === 1) {
      response.write('a\nb\n', () => response.destroy());
    } else response.end('b\nc\n');
  });
  const cuts: string[] = [];
  const lines = await collect(followLog(server.kube, pod, { signal, onCut: (cause) => cuts.push(cause) }));
  assert.deepEqual(lines, ['a', 'b', 'b', 'c']);
  assert.equal(cuts.length, 1);
  assert.match(server.requests.filter((request) => request.includes('/log')).at(-1) ?? '', /sinceSeconds=[67]$/);
});

test('a stream that ends while the container runs is opened again', async () => {
  let opened = 0;
  await using server = await fakeApiServer((_request, response, { pathname }) => {
    if (pathname.endsWith('/log')) response.end(`${opened++}\n`);
    else sendJson(response, { status: { phase: opened > 2 ? 'Succeeded' : 'Running' } });
  });
  assert.deepEqual(await collect(followLog(server.kube, pod, { signal })), ['0', '1', '2']);
});

test('a pod that is gone has no more log', async () => {
  await using server = await fakeApiServer((_request, response) => {
    sendJson(response, { message: 'pods "p" not found' }, 404);
  });
  assert.deepEqual(await collect(followLog(server.kube, pod, { signal })), []);
});

test('an abort ends it with the abort’s reason, though the log goes on', async () => {
  const over = new AbortController();
  await using server = await fakeApiServer((_request, response) => {
    response.write('a\n');
  });
  const reading = (async () => {
    for await (const lines of followLog(server.kube, pod, { signal: over.signal })) {
      assert.deepEqual(lines, ['a']);
      over.abort(new Error('enough'));
    }
  })();
  await assert.rejects(reading, { message: 'enough' });
});

test('a stream that an API server ends in order as it shuts down is opened again when it is back', async () => {
  let opened = 0;
  await using server = await fakeApiServer((_request, response, { pathname }) => {
    if (pathname.endsWith('/log')) response.end(`${opened++}\n`);
    else if (opened === 1) response.destroy();
    else sendJson(response, { status: { phase: 'Succeeded' } });
  });
  assert.deepEqual(await collect(followLog(server.kube, pod, { signal })), ['0', '1']);
});
