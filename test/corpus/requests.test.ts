/** What reaches an API server that may not be harmed, counted: the real commands against a server that writes down every connection and request. */
import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BadInput } from './bad-input.ts';
import { runInput, type Ended } from './run-input.ts';

const uid = '7d444840-9dc0-11d1-b245-5ffdce74fad2';
const whoItIs = 'GET /api/v1/namespaces/kube-system';
const probe = (folder: string) => ['verify', '--probe', '--kubeconfig', join(folder, 'kubeconfig')];
const commands: readonly (Pick<BadInput, 'args' | 'playwright'> & {
  readonly name: string;
  /** How it finds out which cluster it is. */
  readonly reads: readonly string[];
})[] = [
  { name: 'npm start', args: () => ['start'], reads: [whoItIs, 'GET /api/v1/nodes'] },
  {
    name: 'npx playwright test',
    args: () => ['experiments/no-fault.spec.ts'],
    playwright: true,
    reads: [whoItIs, 'GET /api/v1/nodes'],
  },
  { name: 'verify --probe', args: (folder) => [...probe(folder), '--yes'], reads: [whoItIs] },
];

for (const command of commands) {
  const { name, reads } = command;

  test(`${name}: a context that is not allowed gets not even a connection`, async () => {
    const { ended, requests, connections } = await refusedBy(command, [{ context: 'staging', uid }, 'other']);
    assert.match(ended.stderr, /context "production" may not be harmed/);
    assert.deepEqual({ requests, connections }, { requests: [], connections: 0 });
  });

  test(`${name}: a cluster that has not the pinned UID is only read`, async () => {
    const pinned = { context: 'production', uid: '00000000-0000-0000-0000-000000000000' };
    const { ended, requests } = await refusedBy(command, [pinned]);
    assert.match(ended.stderr, /context "production" leads to the cluster 7d444840/);
    assert.deepEqual(requests, reads);
  });
}

test('verify --probe: where nobody can be asked, not even a connection', async () => {
  const { ended, requests, connections } = await refusedBy({ args: probe }, ['production']);
  assert.match(ended.stderr, /nobody can be asked whether pods may be created there.*--yes/);
  assert.deepEqual({ requests, connections }, { requests: [], connections: 0 });
});

/** The current context of the kubeconfig is the forbidden one, and so is the one that the configuration names. */
async function refusedBy(
  command: Pick<BadInput, 'args' | 'playwright'>,
  allowContexts: readonly unknown[],
): Promise<{ readonly ended: Ended; readonly requests: readonly string[]; readonly connections: number }> {
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ metadata: { name: 'kube-system', uid }, items: [] }));
  }).on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await using dir = await mkdtempDisposable(join(tmpdir(), 'requests-'));
  const kubeconfig = join(dir.path, 'kubeconfig');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(kubeconfig, kubeconfigFor(url));
  const input = {
    args: command.args,
    ...(command.playwright === undefined ? {} : { playwright: command.playwright }),
    name: `requests ${dir.path}`,
    config: () => ({
      cluster: { provider: 'existing', existing: { context: 'production', kubeconfig } },
      allowContexts,
    }),
    says: [],
  };
  try {
    const ended = await runInput(input, dir.path);
    assert.equal(ended.exitCode, command.playwright === true ? 1 : 64, ended.stderr + ended.stdout);
    return { ended, requests, connections };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    clusters: [{ name: 'it', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'me', user: { token: 'secret' } }],
    contexts: [{ name: 'production', context: { cluster: 'it', user: 'me' } }],
    'current-context': 'production',
  });
}
