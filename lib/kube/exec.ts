import { PassThrough } from 'node:stream';
import type { Kube } from './kube.ts';
import { KubeError } from './kube-error.ts';
import { linesOf } from './lines-of.ts';
import type { ObjectRef } from './objects.ts';

/** A program that runs in a container, with its stdin held open. */
export interface ExecSession {
  /** Its stdout; ends with the program or with the connection. */
  readonly lines: AsyncIterable<readonly string[]>;
  writeLine(line: string): void;
  /** Closes its stdin, which tells it to end. */
  end(): void;
  /** Why it ended: `null` when it exited 0. */
  readonly ended: Promise<string | null>;
}

/** What is used of the WebSocket, whose package has no types. */
interface Socket {
  onclose: ((event: { readonly code: number }) => void) | null;
  terminate(): void;
}

interface ExecStatus {
  readonly status?: string;
  readonly message?: string;
}

/**
 * Starts `command` in the first container of a pod, over one WebSocket. When the signal aborts the connection is dropped, without waiting
 * for the other side.
 */
export async function exec(
  kube: Kube,
  pod: ObjectRef,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<ExecSession> {
  const { Exec, WebSocketHandler } = await loadExec();
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  // Without streams of its own the handler would end this process's stdout when the server closes a channel.
  const handler = new WebSocketHandler(kube.config, undefined, { stdin, stdout, stderr });
  let complaints = '';
  stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-1000)));
  let exit: ExecStatus | null = null;
  const what = `exec ${command.join(' ')} in ${pod.namespace}/${pod.name}`;
  let opened: Socket;
  try {
    signal.throwIfAborted();
    const running = new Exec(kube.config, handler).exec(
      pod.namespace,
      pod.name,
      container,
      [...command],
      stdout,
      stderr,
      stdin,
      false,
      (status) => (exit = status),
    );
    opened = await unlessAborted(running as Promise<Socket>, signal);
  } catch (error) {
    signal.throwIfAborted();
    const message = messageOf(error);
    throw new KubeError(what, statusOf(message), message, error);
  }
  const ended = new Promise<string | null>((resolve) => {
    opened.onclose = ({ code }) => {
      stdout.end();
      stderr.end();
      resolve(reason(exit, code, complaints));
    };
  });
  const stop = () => {
    opened.terminate();
  };
  signal.addEventListener('abort', stop, { once: true });
  void ended.then(() => {
    signal.removeEventListener('abort', stop);
  });
  return {
    lines: linesOf(stdout),
    writeLine: (line) => void stdin.write(`${line}\n`),
    end: () => void stdin.end(),
    ended,
  };
}

/** A socket that opens too late is dropped then. */
async function unlessAborted(opening: Promise<Socket>, signal: AbortSignal): Promise<Socket> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => {
    reject(signal.reason as Error);
    opening.then(
      (socket) => {
        socket.terminate();
      },
      () => undefined,
    );
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([opening, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function loadExec() {
  const { Exec } = await import('@kubernetes/client-node');
  // Not exported by the package's index; the handler that Exec makes by itself has the same class.
  const { WebSocketHandler } = await import('@kubernetes/client-node/dist/web-socket-handler.js');
  return { Exec, WebSocketHandler };
}

function reason(exit: ExecStatus | null, code: number, complaints: string): string | null {
  const said = complaints === '' ? '' : `; it said: ${complaints.trim()}`;
  if (exit === null) return `the connection closed with code ${code}${said}`;
  return exit.status === 'Success' ? null : `${exit.message ?? 'it failed'}${said}`;
}

/** The package `ws` tells of a refusal so, and in no other way. */
function statusOf(message: string): number | null {
  const status = /^Unexpected server response: (\d{3})$/.exec(message)?.[1];
  return status === undefined ? null : Number(status);
}

/** A WebSocket that can't be opened gives an ErrorEvent, not an Error. */
function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
