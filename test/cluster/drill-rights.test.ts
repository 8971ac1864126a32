/** A whole drill with the rights of deploy/rbac.yaml and no more. Boots a cluster: needs root. */
import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { z } from 'zod';
import { projectRoot } from '../../lib/build/project-root.ts';
import type { DrillConfigInput } from '../../lib/config/drill-config.ts';
import { readJournal } from '../../lib/journal/read-journal.ts';
import type { Kube } from '../../lib/kube/kube.ts';
import { readNamespace } from '../../lib/kube/objects.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { createFrom, tokenKubeconfig } from '../support/rights.ts';

const experiment = 'node-cache-killed';
const signal = AbortSignal.timeout(600_000);
let cluster: BootedCluster;
let kube: Kube;

before(async () => {
  cluster = await bootCluster({ name: 'rights-test', nodes: [{ site: 'both' }, { site: 'control' }] }, signal);
  ({ kube } = cluster);
  await createFrom(kube, 'deploy/rbac.yaml', signal);
});

after(async () => {
  await cluster.release();
});

test('the main drill, shortened, needs no more than the rights of a drill, and leaves nothing', async () => {
  await using run = await drill('rights-test');
  const record = z
    .object({ result: z.string(), experiments: z.array(z.object({ result: z.string(), sentence: z.string() })) })
    .parse(JSON.parse(await readFile(join(run.dir, 'run.json'), 'utf8')));
  // On a busy machine it may be inconclusive; what lacks a right is `broken`, or a trouble of the journal.
  assert.match(record.result, /^(pass|inconclusive)$/, JSON.stringify(record.experiments));
  const { troubles, faults } = await journalOf(run.dir);
  assert.equal(faults, 2);
  assert.deepEqual(
    troubles.filter((message) => message.includes('403')),
    [],
  );
  const { items } = await kube.json<{ readonly items: readonly unknown[] }>(
    'GET',
    '/api/v1/namespaces/nodelocal-drill/pods',
    { signal },
  );
  assert.equal(items.length, 0);
  assert.ok((await readNamespace(kube, 'nodelocal-drill', signal)) !== null, 'the namespace with the rights stays');
});

test('without one of them it is refused in a sentence that names it, and nothing is changed', async () => {
  const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/nodelocal-drill/roles/nodelocal-drill-drill';
  const role = await kube.json<{ readonly rules: readonly { readonly resources: readonly string[] }[] }>('GET', path, {
    signal,
  });
  const rules = role.rules.filter(({ resources }) => !resources.includes('pods/exec'));
  await kube.json('PUT', path, { body: { ...role, rules }, signal });
  await using run = await drill('rights-test-refused');
  assert.equal(
    run.stderr.trim(),
    'nodelocal-drill: context "driller" may not get pods/exec in namespace nodelocal-drill, nor create pods/exec in namespace nodelocal-drill: nothing was changed; deploy/rbac.yaml has the rights of a drill (docs/rights.md)',
  );
  await assert.rejects(readFile(join(run.dir, 'run.json')), { code: 'ENOENT' });
});

test('the manifests of deploy/ are what an API server takes, field by field', async () => {
  await createFrom(kube, 'deploy/cronjob.yaml', signal, { dryRun: true });
  const put = { KUBE_DNS_IP: '10.96.0.10', NODE_CACHE_IMAGE: 'localhost/none:1' };
  await createFrom(kube, 'deploy/ci/node-local-dns.yaml', signal, { dryRun: true, put });
});

/** `npx playwright test` on the cluster as somebody else's, by a token of the ServiceAccount. */
async function drill(runId: string) {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'rights-test-'));
  const context = 'driller';
  const { kubeconfigPath } = cluster;
  const kubeconfig = await tokenKubeconfig(kube, {
    account: 'nodelocal-drill-drill',
    kubeconfigPath,
    context,
    dir: dir.path,
    signal,
  });
  const config: DrillConfigInput = {
    cluster: { provider: 'existing', existing: { kubeconfig, context } },
    allowContexts: [context],
    sites: ['both', 'control'],
    probes: { resolvers: ['glibc', 'go'], dnsConfigs: ['single', 'fallback-upstream'], quietDnsConfigs: ['single'] },
    timing: { warmUp: '2 s', baseline: '5 s', recovery: '12 s', afterBack: '3 s', drain: '20 s' },
    evidence: { lookupsInWindow: 50 },
  };
  const configPath = join(dir.path, 'drill.config.mjs');
  await writeFile(configPath, `export default ${JSON.stringify(config)};\n`);
  const runDir = join(projectRoot, 'results', runId);
  const { stderr } = await execa('playwright', ['test', `experiments/${experiment}.spec.ts`], {
    cwd: projectRoot,
    preferLocal: true,
    env: { NODELOCAL_DRILL_CONFIG: configPath, NODELOCAL_DRILL_RUN_ID: runId, NODELOCAL_DRILL_YES: '1' },
    reject: false,
    cancelSignal: signal,
  });
  return {
    dir: runDir,
    stderr,
    [Symbol.asyncDispose]: async () => rm(runDir, { recursive: true, force: true }),
  };
}

async function journalOf(runDir: string): Promise<{ readonly troubles: readonly string[]; readonly faults: number }> {
  const journal = await readJournal(join(runDir, experiment, 'journal.ndjson'));
  return {
    troubles: journal.troubles.map(({ message }) => message),
    faults: journal.faults.filter(({ event }) => event === 'confirmed').length,
  };
}
