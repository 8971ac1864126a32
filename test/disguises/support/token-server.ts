import { readFile, writeFile } from 'node:fs/promises';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { parse } from 'yaml';
import { runDir } from '../../../lib/cluster/embedded/paths.ts';

/** The embedded cluster's API server as one that wants a token, which this server may take no longer at any moment. */
export interface TokenServer extends AsyncDisposable {
  /** From now on this token is good, and no other. */
  accept(token: string): void;
  /** How many requests were answered with 401. */
  refused(): number;
  /** Writes a kubeconfig for this server into a folder; `user` is what it says of its only user. */
  kubeconfig(dir: string, user: unknown): Promise<{ readonly kubeconfigPath: string; readonly context: string }>;
}

/** Stands before the API server: ServiceAccount tokens themselves live for ten minutes at least, longer than a test may take. */
export async function tokenServer(name: string): Promise<TokenServer> {
  const pki = (file: string) => readFile(join(runDir(name), 'pki', file));
  const [ca, cert, key, adminCert, adminKey] = await Promise.all(
    ['ca.crt', 'apiserver.crt', 'apiserver.key', 'admin.crt', 'admin.key'].map(pki),
  );
  const upstream = {
    host: '127.0.0.1',
    port: Number(await readFile(join(runDir(name), 'port'), 'utf8')),
    servername: 'kubernetes.default.svc',
    ca,
    cert: adminCert,
    key: adminKey,
  };
  let good = '';
  let refused = 0;
  const pass = ({ method, url, headers }: IncomingMessage) => {
    const { authorization, ...others } = headers;
    if (authorization === `Bearer ${good}`) return https.request({ ...upstream, method, path: url, headers: others });
    refused += 1;
    return null;
  };
  const server = https.createServer({ cert, key }, (request: IncomingMessage, response: ServerResponse) => {
    const sent = pass(request);
    if (sent === null) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"kind":"Status","message":"Unauthorized"}');
      return;
    }
    sent.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      response.on('close', () => answer.destroy());
    });
    sent.on('error', () => response.destroy());
    request.pipe(sent);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const sent = pass(request);
    if (sent === null) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      return;
    }
    sent.on('upgrade', (answer, inner, innerHead) => {
      const lines = [];
      for (let i = 0; i < answer.rawHeaders.length; i += 2)
        lines.push(`${answer.rawHeaders[i] ?? ''}: ${answer.rawHeaders[i + 1] ?? ''}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      inner.write(head);
      socket.write(innerHead);
      for (const each of [inner, socket]) each.on('error', () => each.destroy());
      socket.pipe(inner).pipe(socket);
    });
    sent.on('error', () => socket.destroy());
    sent.end();
  });
  const open = new Set<Duplex>();
  server.on('connection', (socket) => open.add(socket.on('close', () => open.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    accept: (token) => (good = token),
    refused: () => refused,
    kubeconfig: async (dir, user) => {
      const kubeconfigPath = join(dir, 'kubeconfig');
      const admin = parse(await readFile(join(runDir(name), 'kubeconfig'), 'utf8')) as {
        clusters: readonly { readonly cluster: object }[];
      };
      const cluster = { ...admin.clusters[0]?.cluster, server: `https://127.0.0.1:${port}` };
      await writeFile(
        kubeconfigPath,
        JSON.stringify({
          clusters: [{ name: 'theirs', cluster }],
          users: [{ name: 'me', user }],
          contexts: [{ name: 'theirs', context: { cluster: 'theirs', user: 'me' } }],
        }),
      );
      return { kubeconfigPath, context: 'theirs' };
    },
    [Symbol.asyncDispose]: async () => {
      // Those that were upgraded are no HTTP connections to the server any more.
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
