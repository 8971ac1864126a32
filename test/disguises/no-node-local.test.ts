/** A cluster without NodeLocal DNSCache: there is nothing to break, and much to look at. */
import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';
import { connect } from '../../lib/kube/connect.ts';
import { readNamespace } from '../../lib/kube/objects.ts';
import type { VerifyReport } from '../../lib/verify/verify-report.ts';
import { bootCluster } from '../support/booted-cluster.ts';

test('no NodeLocal DNSCache: the run is skipped with a sentence and the way out, and verify works', async () => {
  const name = 'disguise-without';
  await using cluster = await bootCluster({
    name,
    nodes: [{ name: 'plain', site: 'both' }, { site: 'control' }],
    nodeLocal: false,
  });
  const { kubeconfigPath: kubeconfig, context } = cluster;
  await using dir = await mkdtempDisposable(join(tmpdir(), 'no-node-local-'));
  const config = join(dir.path, 'drill.config.mjs');
  const existing = { provider: 'existing', existing: { kubeconfig, context } };
  await writeFile(config, `export default ${JSON.stringify({ cluster: existing, allowContexts: [context] })};\n`);
  const runId = `${name}-${process.pid}`;
  const results = join(projectRoot, 'results', runId);
  try {
    const ran = await execa('playwright', ['test', 'experiments/node-cache-killed.spec.ts'], {
      cwd: projectRoot,
      preferLocal: true,
      stdin: 'ignore',
      env: { NODELOCAL_DRILL_RUN_ID: runId, NODELOCAL_DRILL_CONFIG: config, NODELOCAL_DRILL_YES: '1' },
      reject: false,
    });
    assert.notEqual(ran.exitCode, 0, 'skipped is not passed');
    assert.match(ran.stdout, /SKIPPED .*there is no NodeLocal DNSCache to break: no pod in namespace kube-system/);
    assert.match(ran.stdout, /Deploy it, or name its namespace and labels/);
    const record = JSON.parse(await readFile(join(results, 'run.json'), 'utf8')) as {
      result: string;
      exitCode: number;
      experiments: readonly { result: string }[];
    };
    assert.deepEqual([record.result, record.exitCode], ['skipped', 2]);
    assert.deepEqual(
      record.experiments.map(({ result }) => result),
      ['skipped'],
    );
  } finally {
    await rm(results, { recursive: true, force: true });
  }
  const kube = await connect({ kubeconfigPath: kubeconfig, context, allowContexts: [context] });
  assert.equal(await readNamespace(kube, 'nodelocal-drill', AbortSignal.timeout(10_000)), null, 'nothing was made');

  const looked = await execa(process.execPath, ['lib/cli/main.ts', 'verify', '--kubeconfig', kubeconfig, '--json'], {
    cwd: projectRoot,
    reject: false,
  });
  assert.equal(looked.exitCode, 0, looked.stderr);
  const report = JSON.parse(looked.stdout) as VerifyReport;
  assert.ok(report.findings.some(({ rule }) => rule === 'no-node-cache'));
});
