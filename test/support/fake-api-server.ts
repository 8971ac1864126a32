import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../lib/kube/connect.ts';
import type { Kube } from '../../lib/kube/kube.ts';
import { connectToLook, type Look } from '../../lib/kube/look.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** An API server that answers as a test tells it to, on loopback. */
export interface FakeApiServer extends AsyncDisposable {
  readonly kube: Kube;
  /** The same server, for looking only. */
  readonly look: Look;
  /** `METHOD path?query` of every request, in order. */
  readonly requests: readonly string[];
}

export async function fakeApiServer(handler: Handler): Promise<FakeApiServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    handler(request, response, new URL(request.url ?? '/', 'http://fake'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connected = await connectTo(`http://127.0.0.1:${port}`);
  return {
    ...connected,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function connectTo(server: string): Promise<{ readonly kube: Kube; readonly look: Look }> {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'fake-api-server-'));
  const kubeconfigPath = join(dir.path, 'kubeconfig');
  const kubeconfig = {
    clusters: [{ name: 'fake', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'fake', user: { token: 'secret' } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
  };
  await writeFile(kubeconfigPath, JSON.stringify(kubeconfig));
  return {
    kube: await connect({ kubeconfigPath, context: 'fake', allowContexts: ['fake'] }),
    look: await connectToLook(kubeconfigPath, 'fake'),
  };
}
