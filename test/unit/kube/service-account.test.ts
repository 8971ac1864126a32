import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../../../lib/kube/connect.ts';
import { KubeconfigError } from '../../../lib/kube/kubeconfig-error.ts';
import { defaultKubeconfigPath } from '../../../lib/kube/kubeconfig-path.ts';
import { listNodes } from '../../../lib/kube/objects.ts';

const inCluster = { context: 'in-cluster', allowContexts: ['in-cluster'] };

test("context in-cluster is the pod's ServiceAccount; it too must be allowed", async () => {
  const path = defaultKubeconfigPath('in-cluster');
  assert.equal(path, '/var/run/secrets/kubernetes.io/serviceaccount');
  await assert.rejects(
    connect({ kubeconfigPath: path, context: 'in-cluster', allowContexts: [] }),
    /may not be harmed/,
  );
});

test('outside of a pod it is refused in a sentence', async () => {
  await using _outside = environment({});
  await assert.rejects(connect({ kubeconfigPath: '/nowhere', ...inCluster }), (error) => {
    assert.ok(error instanceof KubeconfigError);
    assert.match(error.message, /KUBERNETES_SERVICE_HOST and _PORT are not set: outside of a pod name a kubeconfig/);
    return true;
  });
  await using _inside = environment({ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' });
  await assert.rejects(connect({ kubeconfigPath: '/nowhere', ...inCluster }), /there is no \/nowhere\/token/);
});

test('the address is that of the environment, IPv6 too, and the token goes into each request', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'service-account-'));
  await writeFile(join(folder.path, 'token'), 'first');
  await writeFile(join(folder.path, 'ca.crt'), '');
  await using _inside = environment({ KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' });
  const kube = await connect({ kubeconfigPath: folder.path, ...inCluster });
  assert.equal(kube.config.getCurrentCluster()?.server, 'https://[fd00::1]:443');

  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{"items":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  kube.config.clusters = [
    { name: 'in-cluster', server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true },
  ];
  await listNodes(kube, AbortSignal.timeout(5_000));
  assert.deepEqual(seen, ['Bearer first']);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The two variables that kubelet gives each pod, until disposed of. */
function environment(set: Readonly<Record<string, string>>): AsyncDisposable {
  const names = ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'];
  const before = names.map((name) => process.env[name]);
  const put = (values: readonly (string | undefined)[]) => {
    for (const [index, name] of names.entries()) {
      if (values[index] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = values[index];
    }
  };
  put(names.map((name) => set[name]));
  return {
    [Symbol.asyncDispose]: () => {
      put(before);
      return Promise.resolve();
    },
  };
}
