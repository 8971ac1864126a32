import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { parseLockHolder, type LockHolder } from './lock-holder.ts';

/** How long a holder may take to say who it is. It keeps the lock if it says nothing. */
const answerLimitMs = 2000;

/**
 * One name in the kernel's table of abstract sockets (unix(7)): one process can listen on it, and the kernel takes it back when that
 * process ends, however it ends. So there is no lock file that could be stale.
 */
function socketName(name: string): string {
  return `\0nodelocal-drill/${name}`;
}

/** Takes the name, and tells everybody who connects who has it. Null when another process has it; else what gives it back. */
export async function listenAs(name: string, holder: LockHolder): Promise<(() => Promise<void>) | null> {
  const connected = new Set<Socket>();
  const server = createServer((socket) => {
    connected.add(socket.unref());
    socket.on('close', () => connected.delete(socket));
    socket.on('error', () => undefined);
    socket.write(`${JSON.stringify(holder)}\n`);
  });
  try {
    server.listen({ path: socketName(name) });
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return null;
    throw error;
  }
  // A lock alone keeps no process alive.
  server.unref();
  return async () => {
    const closed = once(server, 'close');
    server.close();
    // Those who wait learn of it by the end of their connection.
    for (const socket of connected) socket.destroy();
    await closed;
  };
}

/** A look at the holder from outside. */
export interface Encounter extends Disposable {
  readonly holder: LockHolder | null;
  /** Settles when the holder lets go or ends. */
  readonly gone: Promise<void>;
}

/** Meets whoever has the name; null when nobody has. */
export async function meetHolder(name: string): Promise<Encounter | null> {
  const socket = createConnection({ path: socketName(name) });
  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  socket.on('error', () => undefined);
  const line = await firstLine(socket, gone);
  if (line === null) return null;
  return { holder: parseLockHolder(line), gone, [Symbol.dispose]: () => socket.destroy() };
}

/** Null when the connection ends first; empty when nothing comes in time. */
async function firstLine(socket: Socket, gone: Promise<void>): Promise<string | null> {
  let text = '';
  const line = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
  });
  const { promise: late, resolve: giveUp } = Promise.withResolvers<string>();
  const timer = setTimeout(giveUp, answerLimitMs, '');
  try {
    return await Promise.race([line, late, gone.then(() => null)]);
  } finally {
    clearTimeout(timer);
  }
}
