import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { confirmHarm } from '../../../lib/cli/confirm-harm.ts';
import { UsageError } from '../../../lib/cli/usage-error.ts';
import type { Cluster } from '../../../lib/cluster/cluster.ts';
import { drillConfigSchema } from '../../../lib/config/drill-config.ts';
import { somebodysCluster } from '../../support/somebodys-cluster.ts';

const config = drillConfigSchema.parse({ allowContexts: ['production'] });

/** What is said and sent when `answer` is typed; null: there is no terminal. */
async function ask(answer: string | null, more: { readonly kind?: Cluster['kind']; readonly yes?: boolean } = {}) {
  await using server = await somebodysCluster();
  await using dir = await mkdtempDisposable(join(tmpdir(), 'confirm-'));
  const kubeconfigPath = join(dir.path, 'kubeconfig');
  await server.writeKubeconfig(kubeconfigPath);
  const input = Object.assign(new PassThrough(), { isTTY: answer !== null });
  const output = new PassThrough();
  if (answer !== null) input.write(`${answer}\n`);
  const cluster: Cluster = {
    kind: more.kind ?? 'existing',
    kubeconfigPath,
    context: 'production',
    siteLabel: 'nodelocal-drill.dev/site',
    sites: ['both', 'link-local', 'control'],
    release: () => Promise.resolve(),
  };
  const signal = new AbortController().signal;
  const refusal = await confirmHarm(cluster, config, { yes: more.yes ?? false, signal, input, output }).then(
    () => null,
    (error: unknown) => error,
  );
  return { refusal, said: String(output.read() ?? ''), requests: server.requests };
}

test('what will be harmed is said, by node, before the question; only y goes on', async () => {
  const { refusal, said, requests } = await ask('y');
  assert.equal(refusal, null);
  assert.match(said, /breaks DNS on context "production" \(http:/);
  assert.match(said, /worker-1 \(both\): node-cache is broken and made anew; 1 other pods run there, and may lose DNS/);
  assert.match(said, /worker-3 \(control\): only watched/);
  assert.match(said, /Break it\? \[y\/N\]/);
  assert.ok(requests.every((request) => request.startsWith('GET ')));
  for (const no of ['', 'n', 'yolo']) {
    const refused = (await ask(no)).refusal;
    assert.ok(refused instanceof UsageError, no);
    assert.equal(refused.message, 'not confirmed: nothing was changed');
  }
});

test('without a terminal nobody is asked: refused, unless it was agreed to; nothing is sent', async () => {
  const { refusal, requests } = await ask(null);
  assert.ok(refusal instanceof UsageError);
  assert.match(refusal.message, /no terminal.*--yes/);
  assert.deepEqual(requests, []);
  assert.deepEqual(await ask(null, { yes: true }), { refusal: null, said: '', requests: [] });
});

test('the embedded cluster is there to be broken: no question', async () => {
  assert.deepEqual(await ask(null, { kind: 'embedded' }), { refusal: null, said: '', requests: [] });
});
