import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const clusterUid = '7d444840-9dc0-11d1-b245-5ffdce74fad2';

const siteLabel = 'nodelocal-drill.dev/site';
const nodeCacheOn = (node: string) => ({
  metadata: { name: `node-local-dns-${node}`, namespace: 'kube-system', labels: { 'k8s-app': 'node-local-dns' } },
  spec: {
    nodeName: node,
    containers: [{ name: 'node-cache', image: 'registry.k8s.io/dns/k8s-dns-node-cache:1.26.8' }],
  },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
});
const shopOn = (node: string) => ({
  metadata: { name: `shop-${node}`, namespace: 'shop', labels: { app: 'shop' } },
  spec: { nodeName: node, containers: [{ name: 'shop', image: 'shop' }] },
  status: { phase: 'Running' },
});
const nodes = { 'worker-1': 'both', 'worker-2': 'link-local', 'worker-3': 'control' };

/** An API server as a production cluster's would answer, which writes down every request and changes nothing. */
export interface SomebodysCluster extends AsyncDisposable {
  /** `METHOD path?query`, in order. */
  readonly requests: readonly string[];
  writeKubeconfig(path: string): Promise<void>;
}

export async function somebodysCluster(): Promise<SomebodysCluster> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    answer(request, response);
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
    writeKubeconfig: async (path) => writeFile(path, JSON.stringify(kubeconfig)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
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
      return null;
  }
}
