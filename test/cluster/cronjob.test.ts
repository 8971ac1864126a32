/** The drill as deploy/cronjob.yaml runs it: a pod with its ServiceAccount's rights, and the results on a volume. Boots a cluster: needs root. */
import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { requireOwn } from '../../lib/build/image-base.ts';
import { noProgress } from '../../lib/build/progress.ts';
import { projectRoot } from '../../lib/build/project-root.ts';
import { loadImage } from '../../lib/cluster/embedded/load-image.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';
import { makeImage } from '../../lib/delivery/make-image.ts';
import type { Kube } from '../../lib/kube/kube.ts';
import { inNamespace } from '../../lib/kube/objects.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { clusterProcesses } from '../support/cluster-processes.ts';
import { createFrom } from '../support/rights.ts';

const signal = AbortSignal.timeout(400_000);
const namespace = 'nodelocal-drill';
const name = 'cronjob-test';
const volume = '/var/lib/drill-results';
let cluster: BootedCluster;
let kube: Kube;

before(async () => {
  cluster = await bootCluster({ name, nodes: [{ site: 'both' }, { site: 'control' }] }, signal);
  ({ kube } = cluster);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'cronjob-test-'));
  const out = join(folder.path, 'runner.tar');
  const common = { cacheDir: cacheDir(), signal, progress: noProgress };
  await makeImage({ kind: 'runner', architectures: [requireOwn().name], prefix: 'localhost', out, ...common });
  assert.ok(await loadImage(name, out, signal));
});

after(async () => {
  await cluster.release();
});

test('the CronJob of deploy/, its drill shortened, ends well and leaves its results on the volume', async () => {
  await createFrom(kube, 'deploy/rbac.yaml', signal);
  const results = await makeVolume();
  const [config, claim, cronJob] = await manifests();
  // The whole drill takes a minute and a quarter on three nodes; this one half of it on two.
  const short = `{
    ...whole,
    sites: ['both', 'control'],
    probes: { ...whole.probes, resolvers: ['glibc'], dnsConfigs: ['single', 'fallback-upstream'], quietDnsConfigs: [] },
    timing: { warmUp: '2 s', baseline: '5 s', recovery: '12 s', afterBack: '3 s', drain: '20 s' },
    evidence: { lookupsInWindow: 50 },
  }`;
  const text = (config.data['drill.config.mjs'] ?? '').replace('export default', 'const whole =');
  await create('configmaps', { ...config, data: { 'drill.config.mjs': `${text}\nexport default ${short};\n` } });
  await create('persistentvolumeclaims', { ...claim, spec: { ...claim.spec, storageClassName: '' } });
  await create('cronjobs', cronJob, '/apis/batch/v1');
  // As `kubectl create job --from=cronjob/nodelocal-drill now` does.
  await create('jobs', { metadata: { name: 'now' }, spec: cronJob.spec.jobTemplate.spec }, '/apis/batch/v1');

  const { succeeded, said } = await jobEnd();
  const runs = await readdir(results);
  assert.equal(runs.length, 1, said);
  const record = await readFile(join(results, runs[0] ?? '', 'run.json'), 'utf8');
  const { result } = z.object({ result: z.string() }).parse(JSON.parse(record));
  // On a busy machine it may be inconclusive.
  assert.match(result, /^(pass|inconclusive)$/, said);
  assert.equal(succeeded, result === 'pass', said);
  assert.ok((await readdir(join(results, runs[0] ?? ''))).includes('index.html'));
});

const manifestSchema = z.tuple([
  z.looseObject({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) }),
  z.looseObject({ kind: z.literal('PersistentVolumeClaim'), spec: z.looseObject({}) }),
  z.looseObject({
    kind: z.literal('CronJob'),
    spec: z.looseObject({ jobTemplate: z.looseObject({ spec: z.looseObject({}) }) }),
  }),
]);

async function manifests(): Promise<z.infer<typeof manifestSchema>> {
  const text = await readFile(join(projectRoot, 'deploy/cronjob.yaml'), 'utf8');
  return manifestSchema.parse(parseAllDocuments(text).map((document) => document.toJS() as unknown));
}

async function create(what: string, body: object, group = '/api/v1'): Promise<void> {
  await kube.json('POST', `${group}/namespaces/${namespace}/${what}?fieldValidation=Strict`, { body, signal });
}

/** A local volume on the node that is not under test, and where this machine finds it. */
async function makeVolume(): Promise<string> {
  const init = (await clusterProcesses(name)).find(({ command }) => /^machine node-inside .* control$/.test(command));
  assert.ok(init !== undefined);
  const folder = join('/proc', `${init.pid}`, 'root', volume);
  await mkdir(folder, { recursive: true });
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: ['control'] };
  const body = {
    metadata: { name: 'drill-results' },
    spec: {
      capacity: { storage: '5Gi' },
      accessModes: ['ReadWriteOnce'],
      local: { path: volume },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
    },
  };
  await kube.json('POST', '/api/v1/persistentvolumes', { body, signal });
  return folder;
}

async function jobEnd(): Promise<{ readonly succeeded: boolean; readonly said: string }> {
  interface Job {
    readonly status?: { readonly succeeded?: number; readonly failed?: number };
  }
  for (;;) {
    const { status } = await kube.json<Job>('GET', `/apis/batch/v1/namespaces/${namespace}/jobs/now`, { signal });
    if (status?.succeeded !== undefined || status?.failed !== undefined)
      return { succeeded: status.succeeded === 1, said: await podLog() };
    await sleep(500, undefined, { signal });
  }
}

async function podLog(): Promise<string> {
  const pods = inNamespace(namespace, 'pods');
  const { items } = await kube.json<{ readonly items: readonly { readonly metadata: { readonly name: string } }[] }>(
    'GET',
    `${pods}?labelSelector=job-name%3Dnow`,
    { signal },
  );
  return kube.text(`${pods}/${items[0]?.metadata.name ?? ''}/log`, signal);
}
