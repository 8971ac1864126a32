import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSnapshot } from '../../../lib/kube/read-snapshot.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';
import { nodeCacheDaemonSet } from '../../support/planted-cluster.ts';

// Not a timeout: in one process with all other tests it would run from the moment this file is loaded.
const signal = new AbortController().signal;

const pods = Array.from({ length: 1200 }, (_, index) => ({ metadata: { name: `p${index}`, namespace: 'shop' } }));
const answers: Readonly<Record<string, unknown>> = {
  '/version': { gitVersion: 'v1.37.2' },
  '/api/v1/nodes': { items: [{ metadata: { name: 'n1' } }] },
  '/apis/apps/v1/daemonsets': { items: [nodeCacheDaemonSet()] },
  '/api/v1/services': { items: [] },
  '/api/v1/namespaces/kube-system/configmaps/node-local-dns': {
    metadata: { namespace: 'kube-system', name: 'node-local-dns' },
    data: { Corefile: '.:53 {\n}' },
  },
};

/** Serves pods in pages, as the API server does with `limit` and `continue`. */
function serve(refuse: Readonly<Record<string, number>> = {}) {
  return fakeApiServer((_request, response, { pathname, searchParams }) => {
    const refused = refuse[pathname];
    if (refused !== undefined) sendJson(response, { message: `${pathname} is forbidden` }, refused);
    else if (pathname === '/api/v1/pods') {
      const from = Number(searchParams.get('continue') ?? 0);
      const until = from + Number(searchParams.get('limit'));
      sendJson(response, {
        items: pods.slice(from, until),
        metadata: until < pods.length ? { continue: String(until) } : {},
      });
    } else if (pathname in answers) sendJson(response, answers[pathname]);
    else sendJson(response, { message: 'not found' }, 404);
  });
}

test('a cluster is read by GET alone, pods page by page, and node-cache’s Corefile by its name', async () => {
  await using server = await serve();
  const snapshot = await readSnapshot(server.look, signal);
  assert.deepEqual(
    snapshot.pods.map(({ name }) => name),
    pods.map(({ metadata }) => metadata.name),
  );
  assert.deepEqual(
    snapshot.configMaps.map(({ metadata }) => metadata?.name),
    ['node-local-dns'],
  );
  assert.deepEqual(snapshot.redirectPolicies, []);
  assert.deepEqual(snapshot.unreadable, []);
  assert.deepEqual(
    server.requests.filter((request) => !request.startsWith('GET ')),
    [],
  );
  assert.equal(server.requests.filter((request) => request.startsWith('GET /api/v1/pods?')).length, 3);
  assert.equal(server.requests.filter((request) => /watch=|\/secrets|\/proxy|\/exec|\/log/.test(request)).length, 0);
});

test('what may not be read is named and left out; without pods there is nothing to say', async () => {
  const policies = '/apis/cilium.io/v2/ciliumlocalredirectpolicies';
  await using server = await serve({ '/api/v1/services': 403, [policies]: 403 });
  const { services, redirectPolicies, unreadable } = await readSnapshot(server.look, signal);
  assert.deepEqual(services, []);
  assert.equal(redirectPolicies, null);
  assert.equal(unreadable.length, 2);
  await using blind = await serve({ '/api/v1/pods': 403 });
  await assert.rejects(readSnapshot(blind.look, signal), { name: 'KubeError', status: 403 });
});
