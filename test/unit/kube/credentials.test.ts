import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../../../lib/kube/connect.ts';
import { loadKubeconfig } from '../../../lib/kube/load-kubeconfig.ts';

// Not a timeout: in one process with all other tests it would run from the moment this file is loaded.
const signal = new AbortController().signal;

/** An API server that takes one token, and a folder with a kubeconfig for it. */
async function setUp(user: (dir: string) => unknown) {
  const stack = new AsyncDisposableStack();
  const dir = stack.use(await mkdtempDisposable(join(tmpdir(), 'credentials-'))).path;
  const state = { good: '', asked: [] as (string | undefined)[] };
  const server = createServer(({ headers }, response) => {
    state.asked.push(headers.authorization);
    const isGood = headers.authorization === `Bearer ${state.good}`;
    response.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' }).end('{"message":"Unauthorized"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => {
    server.close().closeAllConnections();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfigPath = join(dir, 'kubeconfig');
  const write = (users: unknown) =>
    writeFile(
      kubeconfigPath,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'me', user: users }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'me' } }],
      }),
    );
  await write(user(dir));
  return { dir, state, kubeconfigPath, write, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const access = ({ kubeconfigPath }: { readonly kubeconfigPath: string }) => ({
  kubeconfigPath,
  context: 'c',
  allowContexts: ['c'],
});
const get = (kube: Awaited<ReturnType<typeof connect>>) => kube.json('GET', '/version', { signal });

test('a tokenFile is read, relative to the kubeconfig and without its line end, and read again after a 401', async () => {
  await using there = await setUp(() => ({ tokenFile: 'token' }));
  await writeFile(join(there.dir, 'token'), 'one\n');
  there.state.good = 'one';
  const kube = await connect(access(there));
  await get(kube);
  await writeFile(join(there.dir, 'token'), 'two\n');
  there.state.good = 'two';
  await get(kube);
  assert.deepEqual(there.state.asked, ['Bearer one', 'Bearer one', 'Bearer two']);
});

test('a tokenFile that is not there is named', async () => {
  await using there = await setUp(() => ({ tokenFile: 'none' }));
  await assert.rejects(connect(access(there)), {
    name: 'KubeconfigError',
    message: /the token file of user "me" in kubeconfig .* can't be read: ENOENT/,
  });
});

test('an exec plugin that tells no expiry is asked again after a 401', async () => {
  await using there = await setUp((dir) => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'cat', args: [join(dir, 'credential')] },
  }));
  const credential = (token: string) =>
    writeFile(join(there.dir, 'credential'), JSON.stringify({ kind: 'ExecCredential', status: { token } }));
  await credential('one');
  there.state.good = 'one';
  const kube = await connect(access(there));
  await get(kube);
  await credential('two');
  there.state.good = 'two';
  await get(kube);
  assert.deepEqual(there.state.asked, ['Bearer one', 'Bearer one', 'Bearer two']);
});

test('a token that nothing renews is tried twice, and then said to be refused', async () => {
  await using there = await setUp(() => ({ token: 'one' }));
  const kube = await connect({ ...access(there), patienceNs: 5e9 });
  await assert.rejects(get(kube), {
    name: 'KubeError',
    status: 401,
    message:
      /the API server does not take the credentials of user "me" \(context "c"\), also after they were read anew/,
  });
  assert.equal(there.state.asked.length, 2, 'patience is for servers that are away, not for those that refuse');
});

test('a token that has expired is refused before any request, by the time that it tells itself', async () => {
  const expires = Date.UTC(2021, 2, 4, 5, 6) / 1000;
  const token = ['{}', JSON.stringify({ exp: expires }), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  await using there = await setUp(() => ({ token }));
  await assert.rejects(loadKubeconfig(there.kubeconfigPath, 'c'), {
    name: 'KubeconfigError',
    message:
      /^the token of user "me" in kubeconfig .* expired at 2021-03-04 05:06 UTC: get a new one, or let an exec plugin/,
  });
  assert.deepEqual(there.state.asked, []);
});
