/** `--dry-run` by the real commands, against an API server that writes down what it is asked: it must be told everything, and asked only to read. */
import assert from 'node:assert/strict';
import { mkdtempDisposable, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../../lib/build/project-root.ts';
import { clusterUid, somebodysCluster } from '../support/somebodys-cluster.ts';
import type { BadInput } from './bad-input.ts';
import { runInput, type Ended } from './run-input.ts';

type Command = Pick<BadInput, 'args' | 'playwright' | 'env'>;

const killed = 'experiments/node-cache-killed.spec.ts';

test('npm start --dry-run says what would be created, killed and changed, and only reads', async () => {
  const { ended, requests, left } = await run({ args: () => ['start', '--dry-run'] });
  assert.deepEqual(left, [], 'results were left');
  assert.equal(ended.exitCode, 0, ended.stderr + ended.stdout);
  assertOnlyRead(requests);
  for (const part of [
    'DRY RUN  node-cache-killed: node-cache is killed, and again',
    'context "production", Kubernetes v1.37.2',
    'would create  Lease kube-system/nodelocal-drill',
    'namespace nodelocal-drill (pod-security.kubernetes.io/enforce: privileged), deleted with all in it',
    'on worker-1 (both): pod nodelocal-drill/agent-both, image registry.example/probe:1, privileged, hostPID, hostNetwork, no service account token',
    'on worker-3 (control): pod nodelocal-drill/agent-control',
    'probe pods in nodelocal-drill, image registry.example/probe:1, uid 65532, no capability, read-only root',
    'would break   2 times, kill-node-cache: pod kube-system/node-local-dns-worker-1 (container node-cache) on worker-1 (both)',
    'would break   2 times, kill-node-cache: pod kube-system/node-local-dns-worker-2 (container node-cache) on worker-2 (link-local)',
    'would change  pod kube-system/node-local-dns-worker-2 (container node-cache) on worker-2 (link-local): deleted before',
  ])
    assert.ok(ended.stdout.includes(part), `"${part}" is not said:\n${ended.stdout}${ended.stderr}`);
  assert.doesNotMatch(ended.stdout, /would (break|change) .*worker-3/);
  assert.match(ended.stderr, new RegExp(`is not pinned: write .* uid: '${clusterUid}'`));
});

test('npx playwright test with NODELOCAL_DRILL_DRY_RUN=1 does the same for every experiment', async () => {
  const { ended, requests, left } = await run({
    args: () => [],
    playwright: true,
    env: () => ({ NODELOCAL_DRILL_DRY_RUN: '1' }),
  });
  assert.equal(ended.exitCode, 0, ended.stderr + ended.stdout);
  assertOnlyRead(requests);
  assert.deepEqual(left, [], 'results were left');
  assert.match(ended.stdout, /DRY RUN {2}no-fault: [^]*would break {3}nothing/);
  assert.match(ended.stdout, /DRY RUN {2}node-cache-killed: [^]*would break {3}2 times, kill-node-cache/);
});

test("somebody's cluster is not broken unasked: without a terminal and without --yes it is only read", async () => {
  const commands: readonly Command[] = [{ args: () => ['start'] }, { args: () => [killed], playwright: true }];
  for (const command of commands) {
    const { ended, requests, left } = await run(command);
    assert.deepEqual(left, [], 'results were left');
    assert.equal(ended.exitCode, command.playwright === true ? 1 : 64, ended.stderr + ended.stdout);
    assert.match(ended.stderr, /no terminal: look at --dry-run .*, then give --yes \(NODELOCAL_DRILL_YES=1\)$/);
    assertOnlyRead(requests);
  }
});

test('the server that writes down sees a run that changes something', async () => {
  const { ended, requests } = await run({ args: () => ['start', '--yes'] });
  assert.notEqual(ended.exitCode, 0);
  assert.ok(requests.includes('POST /apis/coordination.k8s.io/v1/namespaces/kube-system/leases'), requests.join('\n'));
});

/** What the user may do is asked by creating something that is answered and not kept. */
const askedForRights = 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

function assertOnlyRead(requests: readonly string[]): void {
  assert.ok(requests.length > 0);
  assert.deepEqual(
    requests.filter((request) => !request.startsWith('GET ') && request !== askedForRights),
    [],
  );
}

async function run(
  command: Command,
): Promise<{ readonly ended: Ended; readonly requests: readonly string[]; readonly left: readonly string[] }> {
  await using cluster = await somebodysCluster();
  await using dir = await mkdtempDisposable(join(tmpdir(), 'dry-run-'));
  const kubeconfig = join(dir.path, 'kubeconfig');
  await cluster.writeKubeconfig(kubeconfig);
  const before = await readdir(join(projectRoot, 'results'));
  const input = {
    ...command,
    name: `dry run ${dir.path}`,
    config: () => ({
      cluster: { provider: 'existing', existing: { context: 'production', kubeconfig } },
      allowContexts: ['production'],
      probes: { image: 'registry.example/probe:1' },
    }),
    says: [],
  };
  const ended = await runInput(input, dir.path);
  const left = (await readdir(join(projectRoot, 'results'))).filter((name) => !before.includes(name));
  for (const name of left) await rm(join(projectRoot, 'results', name), { recursive: true });
  return { ended, requests: cluster.requests, left };
}
