import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import pRetry from 'p-retry';
import { isTransient, KubeError } from './kube-error.ts';
import { openRequest, readBody, type KubeRequest } from './request.ts';
import { deadlineSignal } from '../time/deadline-signal.ts';

export interface KubeOptions {
  /** Loads the kubeconfig anew, for credentials that were renewed since: a file that was rewritten, a plugin's next token. */
  readonly reload?: () => Promise<KubeConfig>;
  /** How long a GET or DELETE is sent again while the API server is away. */
  readonly patienceNs?: number;
}

/** How long an answer that is one document may take: the API server itself ends such a request after 60 s (`--request-timeout`). */
const answerLimitMs = 60_000;

/** The API server of one cluster, by one kubeconfig context. Everything else in this folder is a function of it. */
export class Kube {
  readonly context: string;
  readonly #options: KubeOptions;
  #config: KubeConfig;

  constructor(config: KubeConfig, context: string, options: KubeOptions = {}) {
    this.#config = config;
    this.context = context;
    this.#options = options;
  }

  /** With the credentials that were good last. */
  get config(): KubeConfig {
    return this.#config;
  }

  /** The answer's JSON as it is; the type is the caller's word for what the API server is documented to send. */
  async json<T>(
    method: KubeRequest['method'],
    path: string,
    options: { readonly body?: unknown; readonly contentType?: string; readonly signal: AbortSignal },
  ): Promise<T> {
    const text = await this.#read({ method, path, ...options });
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new KubeError(`${method} ${path}`, null, 'the answer is no JSON', error);
    }
  }

  async text(path: string, signal: AbortSignal): Promise<string> {
    return this.#read({ method: 'GET', path, signal });
  }

  /** A response that goes on: a log that is followed, a watch. */
  async open(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return this.#open({ method: 'GET', path, signal });
  }

  /** What may be sent twice is, as long as the API server is away and patience lasts. */
  async #read(request: KubeRequest): Promise<string> {
    const { patienceNs = 0 } = this.#options;
    if (patienceNs === 0 || (request.method !== 'GET' && request.method !== 'DELETE')) return this.#readOnce(request);
    return pRetry(async () => this.#readOnce(request), {
      retries: 1000,
      minTimeout: 250,
      factor: 1,
      maxRetryTime: patienceNs / 1e6,
      signal: request.signal,
      shouldRetry: ({ error }) => isTransient(error),
    });
  }

  async #readOnce(request: KubeRequest): Promise<string> {
    const limit = deadlineSignal(answerLimitMs * 1e6, 'no answer');
    try {
      return await readBody(await this.#open({ ...request, signal: AbortSignal.any([request.signal, limit]) }));
    } catch (error) {
      if (request.signal.aborted || !limit.aborted) throw error;
      throw new KubeError(
        `${request.method} ${request.path}`,
        null,
        `no answer within ${answerLimitMs / 1000} s`,
        error,
      );
    }
  }

  /** Credentials that are not taken any more are loaded anew, once for each request. */
  async #open(request: KubeRequest): Promise<IncomingMessage> {
    try {
      return await openRequest(this.#config, request);
    } catch (error) {
      if (!isUnauthorized(error) || this.#options.reload === undefined) throw error;
      this.#config = await this.#options.reload();
    }
    try {
      return await openRequest(this.#config, request);
    } catch (error) {
      throw isUnauthorized(error) ? this.#refused(request, error) : error;
    }
  }

  #refused({ method, path }: KubeRequest, error: unknown): KubeError {
    const user = this.#config.getCurrentUser()?.name ?? '';
    return new KubeError(
      `${method} ${path}`,
      401,
      `Unauthorized: the API server does not take the credentials of user "${user}" (context "${this.context}"), also after they were read anew: get new ones`,
      error,
    );
  }
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof KubeError && error.status === 401;
}
