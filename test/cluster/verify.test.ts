/** `verify` against a real API server, with the rights of deploy/rbac.yaml and no more. Boots a cluster: needs root. */
import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';
import { connect } from '../../lib/kube/connect.ts';
import type { Kube } from '../../lib/kube/kube.ts';
import { listPods, readService } from '../../lib/kube/objects.ts';
import { isReady } from '../../lib/kube/pod-state.ts';
import { leaseName } from '../../lib/kube/run-lease.ts';
import type { VerifyReport } from '../../lib/verify/verify-report.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { mistakenObjects, mistakenRules, plantedObjects } from '../support/planted-objects.ts';
import { createFrom, tokenKubeconfig } from '../support/rights.ts';

const signal = AbortSignal.timeout(300_000);
let cluster: BootedCluster;
let kube: Kube;

before(async () => {
  cluster = await bootCluster(
    { name: 'verify-test', nodes: [{ site: 'both' }, { site: 'link-local' }, { site: 'control' }] },
    signal,
  );
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

// The following ask from pods; the last one breaks what they find, and stays broken.

test('--probe with the rights of a drill: the first query goes to CoreDNS and the second to the cache, on a node of each kind; nothing is left', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'verify-test-'));
  const { report, stderr } = await probe(dir.path, await drillerKubeconfig(dir.path), ['--yes']);
  assert.deepEqual(whatCameOf(report), {
    both: { '10.96.0.10 first': 'proved', '169.254.20.10': 'proved' },
    'link-local': { '169.254.20.10 first': 'proved' },
  });
  for (const { servers } of report.probe?.nodes ?? [])
    for (const { because } of servers)
      assert.match(because, /^first \d+ misses, \d+ hits, \d+ sent on, 5 at CoreDNS; then .*, 0 at CoreDNS/);
  const both = report.probe?.nodes.find(({ node }) => node === 'both')?.resolvConf;
  assert.deepEqual(both, {
    nameservers: ['10.96.0.10'],
    searches: ['nodelocal-drill.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    options: ['ndots:5'],
    differences: [],
  });
  // What kubelet tells pods of that node could only be assumed, and was wrong.
  const differing = report.findings.find(({ rule }) => rule === 'probe-resolv-conf');
  assert.deepEqual(
    [differing?.severity, differing?.objects.map(({ name }) => name)],
    ['note', ['link-local']],
    JSON.stringify(report.findings),
  );
  assert.match(stderr, /pod nodelocal-drill\/ask-twice-both-\w+ on node both: image/);
  await nothingIsLeft();
});

test('--probe that is interrupted removes its pods, and says so', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'verify-test-'));
  const running = startProbe(await probeConfig(dir.path), await drillerKubeconfig(dir.path), ['--yes']);
  while ((await drillPods()).length === 0) await sleep(50, undefined, { signal });
  running.kill('SIGINT');
  const { exitCode, stderr } = await running;
  assert.equal(exitCode, 3, stderr);
  assert.match(
    stderr,
    /SIGINT: removing the pods[^]*ABORTED by SIGINT\n {2}the pods in namespace nodelocal-drill are gone/,
  );
  await nothingIsLeft();
});

test('--probe on somebody’s cluster is refused where nobody can be asked, and creates nothing', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'verify-test-'));
  const { exitCode, stderr } = await startProbe(await probeConfig(dir.path), await drillerKubeconfig(dir.path), []);
  assert.equal(exitCode, 64);
  assert.match(stderr, /nobody can be asked whether pods may be created there/);
  await nothingIsLeft();
});

test('--probe where kubelet tells pods the kube-dns ClusterIP and node-cache does not hold it: past the cache', async () => {
  await listenOnLinkLocalAlone();
  await using dir = await mkdtempDisposable(join(tmpdir(), 'verify-test-'));
  const { report } = await probe(dir.path, cluster.kubeconfigPath, ['--nodes', '1']);
  assert.deepEqual(whatCameOf(report), {
    both: { '10.96.0.10 first': 'past-the-cache', '169.254.20.10': 'proved' },
  });
  const finding = report.findings.find(({ rule }) => rule === 'probe-past-the-cache');
  assert.match(
    finding?.what ?? '',
    /1 node \(both\): queries to a pod’s first nameserver 10\.96\.0\.10 go past DaemonSet kube-system\/node-local-dns-both: of 10 queries none came to node-cache, 10 came to CoreDNS/,
  );
  assert.equal(finding?.severity, 'problem');
  await nothingIsLeft();
});

/** Outcomes by node and server. */
function whatCameOf({ probe: probed }: VerifyReport): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(
    (probed?.nodes ?? []).map(({ node, servers, failure }) => [
      node,
      failure === null
        ? Object.fromEntries(
            servers.map(({ server, isFirst, outcome }) => [`${server}${isFirst ? ' first' : ''}`, outcome]),
          )
        : { failure },
    ]),
  );
}

async function probe(dir: string, kubeconfig: string, more: readonly string[]) {
  const ended = await startProbe(await probeConfig(dir), kubeconfig, ['--json', ...more]);
  assert.ok(ended.exitCode === 0 || ended.exitCode === 1, `exit code ${ended.exitCode ?? 'none'}: ${ended.stderr}`);
  return { report: JSON.parse(ended.stdout) as VerifyReport, stderr: ended.stderr };
}

async function probeConfig(dir: string): Promise<string> {
  const path = join(dir, 'drill.config.mjs');
  const settings = { cluster: { embedded: { name: 'verify-test' } }, allowContexts: ['driller'] };
  await writeFile(path, `export default ${JSON.stringify(settings)};\n`);
  return path;
}

function startProbe(config: string, kubeconfig: string, more: readonly string[]) {
  const args = ['lib/cli/main.ts', 'verify', '--probe', '--kubeconfig', kubeconfig, ...more];
  return execa(process.execPath, args, {
    cwd: projectRoot,
    env: { NODELOCAL_DRILL_CONFIG: config },
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
  });
}

async function drillPods() {
  return (await listPods(kube, { namespace: 'nodelocal-drill' }, signal)).items;
}

async function nothingIsLeft(): Promise<void> {
  assert.deepEqual(await drillPods(), []);
  const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
  const { items } = await kube.json<{ readonly items: readonly { readonly metadata: { readonly name: string } }[] }>(
    'GET',
    leases,
    { signal },
  );
  assert.ok(!items.some(({ metadata }) => metadata.name === leaseName));
}

/** As the README of the addon tells for IPVS mode, but for kubelet's clusterDNS, which is forgotten. */
async function listenOnLinkLocalAlone(): Promise<void> {
  const change = async (path: string) => {
    const object = JSON.stringify(await kube.json('GET', path, { signal }));
    const body: unknown = JSON.parse(
      object
        .replaceAll('bind 169.254.20.10 10.96.0.10', 'bind 169.254.20.10')
        .replaceAll('"169.254.20.10,10.96.0.10"', '"169.254.20.10"'),
    );
    await kube.json('PUT', path, { body, signal });
  };
  await change('/api/v1/namespaces/kube-system/configmaps/node-local-dns-both');
  await change('/apis/apps/v1/namespaces/kube-system/daemonsets/node-local-dns-both');
  const filter = { namespace: 'kube-system', labels: 'nodelocal-drill.dev/listens=both' };
  for (;;) {
    const { items } = await listPods(kube, filter, signal);
    const [pod, ...more] = items;
    if (more.length === 0 && pod?.spec?.containers[0]?.args?.includes('169.254.20.10') === true && isReady(pod)) break;
    await sleep(200, undefined, { signal });
  }
  // CoreDNS inside has to come up; nothing tells when.
  await sleep(2000, undefined, { signal });
}

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

async function drillerKubeconfig(dir: string): Promise<string> {
  const { kubeconfigPath } = cluster;
  return tokenKubeconfig(kube, { account: 'nodelocal-drill-drill', kubeconfigPath, context: 'driller', dir, signal });
}

async function lookerKubeconfig(dir: string): Promise<string> {
  const { kubeconfigPath } = cluster;
  return tokenKubeconfig(kube, { account: 'nodelocal-drill-look', kubeconfigPath, context: 'looker', dir, signal });
}
