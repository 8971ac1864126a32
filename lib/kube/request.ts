import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query string. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal: AbortSignal;
}

/**
 * Sends one request, with the credentials of the kubeconfig's current context, and answers with the open response: plain `https`,
 * since client-node's own log stream ends the process when it is cut, and its calls know no AbortSignal.
 */
export async function openRequest(config: KubeConfig, request: KubeRequest): Promise<IncomingMessage> {
  const what = `${request.method} ${request.path}`;
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new KubeError(what, null, 'the kubeconfig context names no cluster');
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = {
    ...(options.headers as http.OutgoingHttpHeaders | undefined),
    accept: 'application/json',
    ...(body === undefined
      ? {}
      : { 'content-type': request.contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  const url = new URL(server.replace(/\/$/, '') + request.path);
  const { request: open } = url.protocol === 'http:' ? http : https;
  return new Promise((resolve, reject) => {
    const sent = open(url, { ...options, headers, method: request.method, signal: request.signal }, (response) => {
      if ((response.statusCode ?? 0) < 300) resolve(response);
      else void refusal(what, response).then(reject, reject);
    });
    sent.on('error', (error) => {
      reject(request.signal.aborted ? asError(request.signal.reason) : new KubeError(what, null, error.message, error));
    });
    sent.end(body);
  });
}

/** The whole body of a response, at most some megabytes. */
export async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The API server explains itself in `message` of a Status object; others (a proxy) in whatever they say first. */
async function refusal(what: string, response: IncomingMessage): Promise<KubeError> {
  const text = await readBody(response).catch(() => '');
  return new KubeError(what, response.statusCode ?? null, statusMessage(text) ?? text.slice(0, 300).trim());
}

function statusMessage(text: string): string | null {
  try {
    const status: unknown = JSON.parse(text);
    if (typeof status === 'object' && status !== null && 'message' in status && typeof status.message === 'string')
      return status.message;
  } catch {
    // Not JSON: its beginning is shown as it is.
  }
  return null;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
