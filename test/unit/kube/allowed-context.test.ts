import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../../../lib/kube/connect.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';

const kubeconfig = JSON.stringify({
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: {} }],
  contexts: [
    { name: 'drill', context: { cluster: 'c', user: 'u' } },
    { name: 'production', context: { cluster: 'c', user: 'u' } },
  ],
});

test('a context that allowContexts does not name is refused before the kubeconfig is even read', async () => {
  await assert.rejects(connect({ kubeconfigPath: '/nowhere', context: 'production', allowContexts: ['drill'] }), {
    message: /"production" may not be harmed: drill\.config\.ts allows "drill".*Nothing was sent/,
  });
});

test('a context that the kubeconfig lacks is an error, though the client library would take it in silence', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'kube-'));
  const kubeconfigPath = join(dir.path, 'config');
  await writeFile(kubeconfigPath, kubeconfig);
  await assert.rejects(connect({ kubeconfigPath, context: 'typo', allowContexts: ['typo'] }), {
    message: /has no context "typo"; it has: drill, production/,
  });
  assert.equal((await connect({ kubeconfigPath, context: 'drill', allowContexts: ['drill'] })).context, 'drill');
});

test('a cluster that has not the pinned UID is refused after one GET request', async () => {
  await using server = await fakeApiServer((_request, response) => {
    sendJson(response, { metadata: { name: 'kube-system', uid: here } });
  });
  await using dir = await mkdtempDisposable(join(tmpdir(), 'kube-'));
  const kubeconfigPath = join(dir.path, 'config');
  const address = server.kube.config.getCurrentCluster()?.server ?? '';
  await writeFile(
    kubeconfigPath,
    kubeconfig.replace(
      '{"server":"https://127.0.0.1:1"}',
      JSON.stringify({ server: address, 'insecure-skip-tls-verify': true }),
    ),
  );
  const to = async (uid: string) =>
    connect({ kubeconfigPath, context: 'drill', allowContexts: ['production', { context: 'drill', uid }] });
  await assert.rejects(to(elsewhere), { message: /leads to the cluster 7d444840.*pins 00000000.*nothing was changed/ });
  assert.deepEqual(server.requests, ['GET /api/v1/namespaces/kube-system']);
  assert.equal((await to(here)).context, 'drill');
});

const here = '7d444840-9dc0-11d1-b245-5ffdce74fad2';
const elsewhere = '00000000-0000-0000-0000-000000000000';
