import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import type { BadInput } from '../bad-input.ts';

const start = () => ['start'];
const kubeSystem = { metadata: { name: 'kube-system', uid: '7d444840-9dc0-11d1-b245-5ffdce74fad2' } };
const here = { provider: 'existing', existing: { context: 'production' } };

/** Kubeconfigs, contexts and API servers. */
export const clusterInputs: readonly BadInput[] = [
  {
    name: 'a context that is not allowed',
    args: start,
    config: () => ({ cluster: here, allowContexts: ['staging'] }),
    says: ['context "production" may not be harmed', 'allowContexts has staging', 'Nothing was sent to it'],
  },
  {
    name: 'no context',
    args: start,
    config: () => ({ cluster: { provider: 'existing' } }),
    says: ['cluster.existing.context is not set', 'allowContexts'],
  },
  existing('a kubeconfig that is not there', null, [
    'there is no kubeconfig $FOLDER/kubeconfig',
    'cluster.existing.kubeconfig',
  ]),
  {
    name: 'a kubeconfig of the environment that is not there',
    args: start,
    config: () => ({ cluster: here, allowContexts: ['production'] }),
    env: (folder) => ({ KUBECONFIG: join(folder, 'none') }),
    says: ['there is no kubeconfig $FOLDER/none: name one in cluster.existing.kubeconfig or KUBECONFIG'],
  },
  existing('a kubeconfig that is not YAML', () => 'clusters: [\n  - name: {{ }}\n\tuser: :\n', [
    "kubeconfig $FOLDER/kubeconfig can't be loaded",
  ]),
  existing('a kubeconfig that is empty', () => '', ['kubeconfig $FOLDER/kubeconfig']),
  existing('a context that the kubeconfig lacks', () => kubeconfig('http://127.0.0.1:1', { context: 'staging' }), [
    'kubeconfig $FOLDER/kubeconfig has no context "production"; it has: staging',
  ]),
  existing('a client certificate that has expired', () => kubeconfig('http://127.0.0.1:1', { certificate: expired }), [
    'the client certificate of user "me" in kubeconfig $FOLDER/kubeconfig expired on 2021-03-04',
    'get a new kubeconfig',
  ]),
  existing('a client certificate that is none', () => kubeconfig('http://127.0.0.1:1', { certificate: 'nonsense' }), [
    'the client certificate of user "me" in kubeconfig $FOLDER/kubeconfig can\'t be read',
  ]),
  existing('an API server without TLS', () => kubeconfig('http://127.0.0.1:1', { skipTls: false }), [
    'kubeconfig $FOLDER/kubeconfig can\'t be used for context "production"',
    'HTTP protocol is not allowed when skipTLSVerify is not set',
  ]),
  {
    ...existing('an API server that is not there', () => kubeconfig('http://127.0.0.1:1'), [
      'gave up on the API server http://127.0.0.1:1 of context "production" in $FOLDER/kubeconfig after 8',
      'ECONNREFUSED',
    ]),
    exit: 3,
  },
  {
    ...existing(
      'an API server that never answers',
      async () => kubeconfig(await listening(createServer(() => undefined))),
      ['gave up on the API server http://127.0.0.1:', 'after ', ' s; lastly: '],
    ),
    exit: 3,
  },
  existing('credentials that the API server does not know', answering(401, { message: 'Unauthorized' }), [
    'the API server http://127.0.0.1:',
    'refuses the credentials of context "production" in $FOLDER/kubeconfig',
    '401 Unauthorized',
  ]),
  existing(
    'credentials that may not list nodes',
    answering(403, { message: 'nodes is forbidden: User "me" cannot list resource "nodes"' }),
    ['refuses the credentials of context "production"', '403 nodes is forbidden: User "me" cannot list'],
  ),
  existing(
    'a cluster without a labelled node',
    answering(200, { ...kubeSystem, items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }] }),
    [
      'none of the 2 nodes of context "production" has the label nodelocal-drill.dev/site',
      'kubectl label node <name> nodelocal-drill.dev/site=both',
    ],
  ),
  {
    ...existing('another cluster than the one that is pinned', answering(200, { ...kubeSystem, items: [] }), [
      'context "production" leads to the cluster 7d444840-9dc0-11d1-b245-5ffdce74fad2',
      'allowContexts pins 00000000-0000-0000-0000-000000000000',
      'nothing was changed',
      "write uid: '7d444840-9dc0-11d1-b245-5ffdce74fad2'",
    ]),
    config: (folder) => ({
      cluster: { provider: 'existing', existing: { context: 'production', kubeconfig: join(folder, 'kubeconfig') } },
      allowContexts: [{ context: 'production', uid: '00000000-0000-0000-0000-000000000000' }],
    }),
  },
];

/** `npm start` on a cluster of somebody else's, by a kubeconfig with this content. */
function existing(name: string, content: (() => string | Promise<string>) | null, says: readonly string[]): BadInput {
  return {
    name,
    args: start,
    config: (folder) => ({
      cluster: { provider: 'existing', existing: { context: 'production', kubeconfig: join(folder, 'kubeconfig') } },
      allowContexts: ['production'],
    }),
    prepare: async (folder) => {
      if (content !== null) await writeFile(join(folder, 'kubeconfig'), await content());
    },
    says,
  };
}

function answering(status: number, body: object): () => Promise<string> {
  const answer: RequestListener = (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  return async () => kubeconfig(await listening(createHttpServer(answer)));
}

/** It listens until the test's process ends. */
async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function kubeconfig(
  server: string,
  {
    context = 'production',
    certificate = '',
    skipTls = true,
  }: { readonly context?: string; readonly certificate?: string; readonly skipTls?: boolean } = {},
): string {
  const user =
    certificate === ''
      ? { token: 'secret' }
      : { 'client-certificate-data': Buffer.from(certificate).toString('base64') };
  return JSON.stringify({
    clusters: [{ name: 'it', cluster: { server, 'insecure-skip-tls-verify': skipTls } }],
    users: [{ name: 'me', user }],
    contexts: [{ name: context, context: { cluster: 'it', user: 'me' } }],
  });
}

/** Self-signed, valid from 2020-01-01 to 2021-03-04. */
const expired = `-----BEGIN CERTIFICATE-----
MIIBDDCBs6ADAgECAgEBMAoGCCqGSM49BAMCMBAxDjAMBgNVBAMTBWRyaWxsMB4X
DTIwMDEwMTAwMDAwMFoXDTIxMDMwNDAwMDAwMFowEDEOMAwGA1UEAxMFZHJpbGww
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARZX+MfGmZn61/PHV/apFL9gFK1KLWW
N2yQ+O5r2arUJ2MdxY/vMcvTOV2OFrFmmLbxJ5m5x3BrDijThI+H7RGRMAoGCCqG
SM49BAMCA0gAMEUCIGcPsZiJyCmz9lLRDJoBSSNUvYXEPhbO5osdefS93tIJAiEA
08U5fu3rPFFLFpLVm/RCPCP70INhFKSrB2OcXs65k9Q=
-----END CERTIFICATE-----
`;
