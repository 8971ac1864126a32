/** `verify` against a real API server, with the rights of deploy/rbac.yaml and no more. Boots a cluster: needs root. */
import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';
import { connect } from '../../lib/kube/connect.ts';
import type { Kube } from '../../lib/kube/kube.ts';
import { readService } from '../../lib/kube/objects.ts';
import type { VerifyReport } from '../../lib/verify/verify-report.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { mistakenObjects, mistakenRules, plantedObjects } from '../support/planted-objects.ts';
import { createFrom, tokenKubeconfig } from '../support/rights.ts';

const signal = AbortSignal.timeout(300_000);
let cluster: BootedCluster;
let kube: Kube;

before(async () => {
  cluster = await bootCluster({ name: 'verify-test', nodes: [{ site: 'both' }, { site: 'control' }] }, signal);
  ({ kube } = cluster);
  await createFrom(kube, 'deploy/rbac.yaml', signal);
});

after(async () => {
  await cluster.release();
});

test('20 planted pods are counted and 10 planted mistakes are found, with the rights to look alone', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'verify-test-'));
  const kubeconfig = await lookerKubeconfig(dir.path);
  const earlier = await look(kubeconfig);
  const upstream = await readService(kube, { namespace: 'kube-system', name: 'kube-dns-upstream' }, signal);
  for (const { path, manifest } of plantedObjects(upstream?.spec?.clusterIP ?? ''))
    await kube.json('POST', path, { body: manifest, signal });

  const report = await untilPodsAreThere(20, kubeconfig);
  const namespace = report.census.namespaces.find((each) => each.namespace === 'default');
  assert.deepEqual(namespace, {
    namespace: 'default',
    pods: 20,
    killed: { dead: 1, loses: 4, slows: 15, keeps: 0, unknown: 0 },
  });
  const before = new Set(earlier.findings.map(({ rule, what }) => rule + what));
  const fresh = report.findings.filter(({ rule, what }) => !before.has(rule + what));
  assert.deepEqual(fresh.map(({ rule }) => rule).sort(), [...mistakenRules].sort());
  assert.equal(fresh.length, 10);
  const named = fresh.flatMap(({ objects }) => objects.map(({ name }) => name));
  assert.deepEqual([...new Set(named)].sort(), [...mistakenObjects].sort());
});

test('the rights to look are no rights to more', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'verify-test-'));
  const context = 'looker';
  const looker = await connect({ kubeconfigPath: await lookerKubeconfig(dir.path), context, allowContexts: [context] });
  const refused = { name: 'KubeError', status: 403 };
  for (const path of [
    '/api/v1/secrets',
    '/api/v1/configmaps',
    '/api/v1/namespaces/default/configmaps/kube-root-ca.crt',
  ])
    await assert.rejects(looker.json('GET', path, { signal }), refused, path);
  const pods = '/api/v1/namespaces/default/pods';
  const pod = { metadata: { name: 'x' }, spec: { containers: [{ name: 'x', image: 'x' }] } };
  await assert.rejects(looker.json('POST', pods, { body: pod, signal }), refused);
  await assert.rejects(looker.json('DELETE', `${pods}/plain-0`, { signal }), refused);
});

async function look(kubeconfig: string): Promise<VerifyReport> {
  const ended = await execa(process.execPath, ['lib/cli/main.ts', 'verify', '--kubeconfig', kubeconfig, '--json'], {
    cwd: projectRoot,
    reject: false,
  });
  assert.ok(ended.exitCode === 0 || ended.exitCode === 1, `exit code ${ended.exitCode ?? 'none'}: ${ended.stderr}`);
  return JSON.parse(ended.stdout) as VerifyReport;
}

/** Controllers make some of them. */
async function untilPodsAreThere(count: number, kubeconfig: string): Promise<VerifyReport> {
  for (let tries = 0; tries < 20; tries++) {
    const report = await look(kubeconfig);
    const planted = report.census.namespaces.find(({ namespace }) => namespace === 'default');
    if ((planted?.pods ?? 0) >= count) return report;
    await sleep(500);
  }
  throw new Error(`the namespace default has not come to ${count} pods`);
}

async function lookerKubeconfig(dir: string): Promise<string> {
  const { kubeconfigPath } = cluster;
  return tokenKubeconfig(kube, { account: 'nodelocal-drill-look', kubeconfigPath, context: 'looker', dir, signal });
}
