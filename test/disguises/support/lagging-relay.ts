import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LaggingRelay extends AsyncDisposable {
  readonly port: number;
  /** Resets all connections that are open now; new ones are taken again when `forMs` have passed. */
  cut(forMs: number): Promise<void>;
}

/** Passes bytes on to a port of this machine, each chunk `lagMs` later, in both directions: an API server at the other end of the world. */
export async function laggingRelay(toPort: number, lagMs: number): Promise<LaggingRelay> {
  const open = new Set<Socket>();
  let away = false;
  const server = createServer((outer) => {
    if (away) {
      outer.resetAndDestroy();
      return;
    }
    const inner = createConnection({ host: '127.0.0.1', port: toPort, allowHalfOpen: true });
    for (const socket of [outer, inner]) open.add(socket.on('close', () => open.delete(socket)));
    pipeline(outer, lag(lagMs), inner, () => undefined);
    pipeline(inner, lag(lagMs), outer, () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: async (forMs) => {
      away = true;
      for (const socket of open) socket.resetAndDestroy();
      await sleep(forMs);
      away = false;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Many chunks may be under way at once, as on a long line. */
function lag(ms: number): Transform {
  let last: Promise<void> = Promise.resolve();
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const due = new Promise<void>((resolve) => setTimeout(resolve, ms));
      last = Promise.all([last, due]).then(() => void this.push(chunk));
      done();
    },
    flush(done) {
      void last.then(() => {
        done();
      });
    },
  });
}
