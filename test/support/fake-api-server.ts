import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { Kube } from '../../lib/kube/kube.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** An API server that answers as a test tells it to, on loopback. */
export interface FakeApiServer extends AsyncDisposable {
  readonly kube: Kube;
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
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'fake', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'fake', token: 'secret' },
  );
  return {
    kube: new Kube(config, 'fake'),
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
