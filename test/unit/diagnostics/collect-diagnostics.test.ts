import assert from 'node:assert/strict';
import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { collectDiagnostics, type DiagnosticsOptions } from '../../../lib/diagnostics/collect-diagnostics.ts';
import { fakeApiServer, sendJson, type FakeApiServer } from '../../support/fake-api-server.ts';
import { plantedLog, plantedPod, plants } from './planted-secrets.ts';

test('logs, events, pods, nodes and kubelet are there, and of the planted secrets none', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-diagnostics-'));
  await using server = await plantedCluster();
  const kubeletLog = join(folder.path, 'kubelet-source');
  await writeFile(kubeletLog, plantedLog());
  const files = await collect(server, folder.path, {
    kubeletLogs: new Map([['worker-1', () => readFile(kubeletLog, 'utf8')]]),
  });

  assert.deepEqual([...files.keys()].sort(), [
    'events/drill.txt',
    'events/kube-system.txt',
    'index.md',
    'kubelet/worker-1.log',
    'logs/kube-system/coredns-x/coredns.log',
    'logs/kube-system/node-local-dns-x/node-cache.log',
    'logs/kube-system/node-local-dns-x/node-cache.previous.log',
    'nodes/worker-1.yaml',
    'pods/drill/node-local-dns-x.yaml',
    'pods/kube-system/node-local-dns-x.yaml',
  ]);
  for (const [name, text] of files)
    for (const plant of plants) assert.ok(!text.includes(plant), `${plant} is in ${name}`);
  assert.match(files.get('logs/kube-system/node-local-dns-x/node-cache.log') ?? '', /plugin\/reload: Running/);
  assert.match(
    files.get('events/kube-system.txt') ?? '',
    /Warning {2}BackOff {2}Pod\/node-local-dns-x {2}.*\(3 times\)/,
  );
  assert.match(files.get('pods/kube-system/node-local-dns-x.yaml') ?? '', /name: node-local-dns-x/);
  assert.ok(
    server.requests.every((request) => request.startsWith('GET ')),
    'it only reads',
  );
});

test('each file and all together are bounded, at whole lines, and the index says what was cut or left out', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-diagnostics-'));
  await using server = await plantedCluster(Array.from({ length: 5000 }, (_, line) => `line ${line}\n`).join(''));
  const files = await collect(server, folder.path, { limits: { perFile: 1000, inAll: 2500 } });
  const evidence = [...files].filter(([name]) => name !== 'index.md');
  assert.ok(evidence.every(([, text]) => text.length <= 1000));
  assert.ok(evidence.reduce((sum, [, text]) => sum + text.length, 0) <= 2500);
  assert.match(files.get('logs/kube-system/node-local-dns-x/node-cache.log') ?? '', /^line \d+\n[\s\S]*line 4999\n$/);
  const index = files.get('index.md') ?? '';
  assert.match(index, /node-cache\.log: cut, the end is kept \(\d+ of 48890 bytes\)/);
  assert.match(index, /left out, as the folder has reached its limit of 2500 bytes/);
});

test('what is not to be had is noted, and stops nothing', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-diagnostics-'));
  await using server = await fakeApiServer((_request, response, { pathname }) => {
    if (pathname === '/api/v1/nodes') sendJson(response, { items: [{ metadata: { name: 'worker-1' } }] });
    else sendJson(response, { message: 'forbidden for password=planted-db-password' }, 403);
  });
  const files = await collect(server, folder.path, {});
  assert.deepEqual([...files.keys()].sort(), ['index.md', 'nodes/worker-1.yaml']);
  const index = files.get('index.md') ?? '';
  assert.match(index, /pods of kube-system: not to be had: .*403 forbidden for password=REDACTED/);
  assert.match(index, /kubelet's logs: not here, they are in each node's journal/);
});

async function collect(
  { kube }: FakeApiServer,
  folder: string,
  options: Partial<DiagnosticsOptions>,
): Promise<ReadonlyMap<string, string>> {
  const dir = join(folder, 'diagnostics');
  await collectDiagnostics({
    kube,
    dir,
    nodeCache: { namespace: 'kube-system', selector: 'k8s-app=node-local-dns' },
    probesNamespace: 'drill',
    kubeletLogs: new Map(),
    signal: AbortSignal.timeout(10_000),
    ...options,
  });
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(names.map(async (name) => [name.slice(dir.length + 1), await readFile(name, 'utf8')] as const)),
  );
}

/** An API server whose every answer has planted secrets in it. */
async function plantedCluster(log = plantedLog()): Promise<FakeApiServer> {
  return fakeApiServer((_request, response, { pathname, searchParams }) => {
    if (pathname.endsWith('/log')) {
      const has = !pathname.includes('coredns') || searchParams.get('previous') === null;
      if (has) response.end(log);
      else sendJson(response, { message: 'previous terminated container "coredns" not found' }, 400);
    } else if (pathname.endsWith('/events'))
      sendJson(response, {
        items: [
          {
            metadata: { name: 'e' },
            involvedObject: { kind: 'Pod', name: 'node-local-dns-x' },
            type: 'Warning',
            reason: 'BackOff',
            message: 'Back-off restarting; token: planted-env-token',
            count: 3,
            lastTimestamp: '2026-11-24T18:00:00Z',
          },
        ],
      });
    else if (pathname.endsWith('/nodes'))
      sendJson(response, {
        items: [{ metadata: { name: 'worker-1', annotations: { x: 'Bearer planted-bearer-6f1d' } } }],
      });
    else if (searchParams.get('labelSelector') === 'k8s-app=kube-dns')
      sendJson(response, { items: [{ metadata: { name: 'coredns-x' }, spec: { containers: [{ name: 'coredns' }] } }] });
    else sendJson(response, { items: [plantedPod()] });
  });
}
