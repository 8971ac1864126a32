import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const clusterUid = '7d444840-9dc0-11d1-b245-5ffdce74fad2';

const siteLabel = 'nodelocal-drill.dev/site';
const nodeCacheOn = (node: string) => ({
  metadata: {
    name: `node-local-dns-${node}`,
    namespace: 'kube-system',
    labels: { 'k8s-app': 'node-local-dns' },
    ownerReferences: [{ kind: 'DaemonSet', controller: true }],
  },
  spec: {
    nodeName: node,
    containers: [nodeCacheContainer(node)],
  },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
});
function nodeCacheContainer(node: string) {
  const localIps = node === 'worker-2' ? '169.254.20.10' : '169.254.20.10,10.96.0.10';
  return { name: 'node-cache', image: 'registry.k8s.io/dns/k8s-dns-node-cache:1.26.8', args: ['-localip', localIps] };
}
const shopOn = (node: string) => ({
  metadata: {
    name: `shop-${node}`,
    uid: `shop-${node}`,
    namespace: 'shop',
    labels: { app: 'shop' },
    ownerReferences: [{ kind: 'ReplicaSet', controller: true }],
  },
  spec: { nodeName: node, containers: [{ name: 'shop', image: 'shop' }] },
  status: { phase: 'Running' },
});
const nodes = { 'worker-1': 'both', 'worker-2': 'link-local', 'worker-3': 'control' };

/**
 * An API server as a production cluster's would answer, which writes down every request. Nothing may be changed, but for what `mayChange` asks for:
 * a Lease, and nodes, whose pods a PodDisruptionBudget holds for ever.
 */
export interface SomebodysCluster extends AsyncDisposable {
  /** `METHOD path?query`, in order. */
  readonly requests: readonly string[];
  /** Bodies of all PATCH requests to nodes, with the node's name before. */
  readonly patches: readonly string[];
  writeKubeconfig(path: string): Promise<void>;
}

export async function somebodysCluster({ mayChange = false } = {}): Promise<SomebodysCluster> {
  const requests: string[] = [];
  const patches: string[] = [];
  const changed = new Map<string, object>();
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (!mayChange) {
      answer(request, response);
      return;
    }
    void bodyOf(request).then((body) => {
      const { pathname } = new URL(request.url ?? '/', 'http://it');
      if (request.method === 'PATCH') patches.push(`${pathname.split('/').at(-1) ?? ''} ${body}`);
      if (!change(request, response, { pathname, body, changed })) answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = {
    clusters: [{ name: 'it', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'me', user: { token: 'secret' } }],
    contexts: [{ name: 'production', context: { cluster: 'it', user: 'me' } }],
    'current-context': 'production',
  };
  return {
    requests,
    patches,
    writeKubeconfig: async (path) => writeFile(path, JSON.stringify(kubeconfig)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Leases are kept, nodes patched, evictions refused. @returns false when it is none of these */
function change(
  { method }: IncomingMessage,
  response: ServerResponse,
  {
    pathname,
    body,
    changed,
  }: { readonly pathname: string; readonly body: string; readonly changed: Map<string, object> },
): boolean {
  const send = (value: unknown, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    return true;
  };
  const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
  if (pathname.endsWith('/eviction')) return send({ message: 'would violate the budget' }, 429);
  if (pathname.startsWith(lease)) {
    const path = `${lease}/nodelocal-drill`;
    if (method === 'DELETE') changed.delete(path);
    if (method === 'POST' || method === 'PUT') changed.set(path, JSON.parse(body) as object);
    return changed.has(path) || method === 'DELETE'
      ? send(changed.get(path) ?? {})
      : send({ message: 'not found' }, 404);
  }
  const node = /^\/api\/v1\/nodes\/([^/]+)$/.exec(pathname)?.[1];
  if (node === undefined) return false;
  if (method === 'PATCH') changed.set(node, JSON.parse(body) as object);
  return send({ metadata: { name: node }, ...changed.get(node) });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://it');
  const mayIt = request.method === 'GET';
  const found = mayIt ? objectAt(pathname, searchParams) : null;
  response
    .writeHead(!mayIt ? 403 : found === null ? 404 : 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(found ?? { message: mayIt ? 'not found' : 'forbidden' }));
}

function objectAt(pathname: string, query: URLSearchParams): unknown {
  const names = Object.keys(nodes);
  switch (pathname) {
    case '/version':
      return { gitVersion: 'v1.37.2' };
    case '/api/v1/namespaces/kube-system':
      return { metadata: { name: 'kube-system', uid: clusterUid } };
    case '/api/v1/nodes':
      return {
        items: Object.entries(nodes).map(([name, site]) => ({ metadata: { name, labels: { [siteLabel]: site } } })),
      };
    case '/api/v1/namespaces/kube-system/services/kube-dns':
      return { spec: { clusterIP: '10.96.0.10' } };
    case '/api/v1/namespaces/kube-system/services/kube-dns-upstream':
      return { spec: { clusterIP: '10.96.0.11' } };
    case '/api/v1/namespaces/kube-system/pods':
      return { items: query.get('labelSelector') === 'k8s-app=node-local-dns' ? names.map(nodeCacheOn) : [] };
    case '/api/v1/pods': {
      const node = query.get('fieldSelector')?.replace('spec.nodeName=', '') ?? '';
      return { items: [nodeCacheOn(node), shopOn(node)] };
    }
    default:
      return pathname.endsWith('/pods') ? { items: [] } : null;
  }
}
