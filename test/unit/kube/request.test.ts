import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNotFound, KubeError } from '../../../lib/kube/kube-error.ts';
import { Kube } from '../../../lib/kube/kube.ts';
import { readNamespace } from '../../../lib/kube/objects.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';

// Not a timeout: in one process with all other tests it would run from the moment this file is loaded.
const signal = new AbortController().signal;

test('a refusal says what was asked, the status, and the server’s own words', async () => {
  await using server = await fakeApiServer((_request, response) => {
    sendJson(response, { kind: 'Status', message: 'pods is forbidden' }, 403);
  });
  await assert.rejects(server.kube.json('GET', '/api/v1/pods', { signal }), (error) => {
    assert.ok(error instanceof KubeError && error.status === 403 && !isNotFound(error));
    assert.equal(error.message, 'GET /api/v1/pods: 403 pods is forbidden');
    return true;
  });
});

test('credentials of the kubeconfig are sent', async () => {
  await using server = await fakeApiServer((request, response) => {
    sendJson(response, { authorization: request.headers.authorization });
  });
  assert.deepEqual(await server.kube.json('GET', '/version', { signal }), { authorization: 'Bearer secret' });
});

test('what is not there is null where that is an answer', async () => {
  await using server = await fakeApiServer((_request, response) => {
    sendJson(response, { message: 'not found' }, 404);
  });
  assert.equal(await readNamespace(server.kube, 'drill', signal), null);
});

test('an abort ends a request that the server never answers, with the abort’s reason', async () => {
  await using server = await fakeApiServer(() => undefined);
  const over = new AbortController();
  const asked = server.kube.json('GET', '/version', { signal: over.signal });
  setTimeout(() => {
    over.abort(new Error('enough'));
  }, 20);
  await assert.rejects(asked, { message: 'enough' });
});

test('a GET waits for an API server that is away; a POST, which might be done twice, does not', async () => {
  let asked = 0;
  await using server = await fakeApiServer((_request, response) => {
    asked += 1;
    if (asked < 3) response.destroy();
    else if (asked === 3) sendJson(response, { message: 'starting' }, 503);
    else sendJson(response, { gitVersion: 'v1' });
  });
  const kube = new Kube(server.kube.config, 'fake', { patienceNs: 10e9 });
  await assert.rejects(kube.json('POST', '/version', { signal }), { name: 'KubeError', status: null });
  assert.deepEqual(await kube.json('GET', '/version', { signal }), { gitVersion: 'v1' });
  assert.equal(asked, 4);
  await assert.rejects(server.kube.json('GET', '/nothing', { signal: AbortSignal.abort(new Error('over')) }), {
    message: 'over',
  });
});
