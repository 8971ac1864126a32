import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';
import { openRequest, readBody, type KubeRequest } from './request.ts';

/** The API server of one cluster, by one kubeconfig context. Everything else in this folder is a function of it. */
export class Kube {
  readonly config: KubeConfig;
  readonly context: string;

  constructor(config: KubeConfig, context: string) {
    this.config = config;
    this.context = context;
  }

  /** The answer's JSON as it is; the type is the caller's word for what the API server is documented to send. */
  async json<T>(
    method: KubeRequest['method'],
    path: string,
    options: { readonly body?: unknown; readonly contentType?: string; readonly signal: AbortSignal },
  ): Promise<T> {
    const text = await readBody(await openRequest(this.config, { method, path, ...options }));
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new KubeError(`${method} ${path}`, null, 'the answer is no JSON', error);
    }
  }

  async text(path: string, signal: AbortSignal): Promise<string> {
    return readBody(await openRequest(this.config, { method: 'GET', path, signal }));
  }

  /** A response that goes on: a log that is followed, a watch. */
  async open(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return openRequest(this.config, { method: 'GET', path, signal });
  }
}
