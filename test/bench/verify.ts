/**
 * `npm run bench:verify [-- PODS]`: how long `nodelocal-drill verify` takes, from its start as a process to its last line, on a cluster of thousands of pods
 * (5,000 unless told) that an API server on loopback plays: whole pods of some 5 kB, in pages.
 */
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';
import { healthyCluster } from '../support/planted-cluster.ts';

const count = Number(process.argv[2] ?? 5000);
const pods = [nodeCachePod('n1'), nodeCachePod('n2'), ...Array.from({ length: count }, (_, index) => bulkyPod(index))];
const { daemonSets, services, nodes } = healthyCluster();
const lists: Readonly<Record<string, readonly unknown[]>> = {
  '/api/v1/pods': pods,
  '/api/v1/nodes': nodes,
  '/api/v1/services': services,
  '/apis/apps/v1/daemonsets': daemonSets,
};
let sentBytes = 0;
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
  const from = Number(searchParams.get('continue') ?? 0);
  const until = from + Number(searchParams.get('limit'));
  const list = lists[pathname];
  const body =
    pathname === '/version'
      ? { gitVersion: 'v1.37.2' }
      : { items: list?.slice(from, until), metadata: until < (list?.length ?? 0) ? { continue: String(until) } : {} };
  const text = JSON.stringify(body);
  sentBytes += text.length;
  response.writeHead(list === undefined && pathname !== '/version' ? 404 : 200).end(text);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
await using dir = await mkdtempDisposable(join(tmpdir(), 'bench-verify-'));
const kubeconfig = join(dir.path, 'kubeconfig');
await writeFile(kubeconfig, JSON.stringify(kubeconfigFor((server.address() as AddressInfo).port)));

const load = loadavg()[0] ?? 0;
const begun = performance.now();
const ended = await execa(process.execPath, ['lib/cli/main.ts', 'verify', '--kubeconfig', kubeconfig], {
  cwd: projectRoot,
  reject: false,
});
const seconds = (performance.now() - begun) / 1000;
server.closeAllConnections();
server.close();
process.stdout.write(`${ended.stdout.split('\n').slice(0, 4).join('\n')}\n${ended.stderr}\n`);
process.stdout.write(
  `${count} pods, ${(sentBytes / 1e6).toFixed(0)} MB of JSON: ${seconds.toFixed(2)} s, exit code ${ended.exitCode ?? 'none'}, load ${load.toFixed(1)} before\n`,
);

function bulkyPod(index: number) {
  const app = `app-${index % 400}`;
  return {
    metadata: {
      name: `${app}-abc-${index}`,
      namespace: `team-${index % 40}`,
      labels: { app, 'pod-template-hash': 'abc' },
      ownerReferences: [{ kind: 'ReplicaSet', name: `${app}-abc`, controller: true }],
      managedFields: Array.from({ length: 20 }, (_, field) => ({
        manager: 'kubelet',
        path: `f:status-${field}`.repeat(8),
      })),
    },
    spec: {
      nodeName: index % 2 === 0 ? 'n1' : 'n2',
      dnsPolicy: 'ClusterFirst',
      dnsConfig: index % 10 === 0 ? { options: [{ name: 'timeout', value: String(1 + (index % 3)) }] } : undefined,
      containers: [
        {
          name: 'main',
          image: 'app:1',
          env: Array.from({ length: 20 }, (_, n) => ({ name: `V${n}`, value: 'x'.repeat(40) })),
        },
      ],
    },
    status: { phase: 'Running', containerStatuses: [{ restartCount: 0 }] },
  };
}

function nodeCachePod(nodeName: string) {
  return {
    metadata: {
      name: `node-local-dns-${nodeName}`,
      namespace: 'kube-system',
      ownerReferences: [{ kind: 'DaemonSet', name: 'node-local-dns', controller: true }],
    },
    spec: { nodeName, hostNetwork: true, dnsPolicy: 'Default', containers: [{ name: 'node-cache' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

function kubeconfigFor(port: number) {
  return {
    clusters: [{ name: 'bench', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'bench', user: { token: 'none' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
}
