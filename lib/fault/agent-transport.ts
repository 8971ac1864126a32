import type { ExecSession } from '../kube/exec.ts';
import { parseAgentLine } from './agent-message.ts';

/** Starts a transport to the agent; the signal drops it, whatever it is at. */
export type Connect = (signal: AbortSignal) => Promise<ExecSession>;

/** A transport that the agent has taken as the session that counts. */
export interface AgentTransport extends Pick<ExecSession, 'lines' | 'writeLine' | 'end' | 'ended'> {
  /** Ends it at once, at this end. */
  drop(reason: Error): void;
}

/** The agent is there, and has nothing to do with this run, or not any more. */
export class RefusedByAgent extends Error {
  override readonly name = 'RefusedByAgent';
}

/** Attaches to the agent after the last line that was read. */
export async function attachToAgent(
  connect: Connect,
  greeting: { readonly token: string; readonly after: number },
  signal: AbortSignal,
): Promise<AgentTransport> {
  const dropped = new AbortController();
  const giveUp = () => {
    dropped.abort(signal.reason);
  };
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    signal.throwIfAborted();
    const session = await connect(dropped.signal);
    session.writeLine(JSON.stringify({ attach: greeting }));
    const lines = session.lines[Symbol.asyncIterator]();
    const begun = await lines.next();
    signal.throwIfAborted();
    if (begun.done === true) throw new Error(`no greeting: ${(await session.ended) ?? 'the program ended'}`);
    const [first = '', ...rest] = begun.value;
    refuseOther(first);
    return {
      lines: after(rest, lines),
      writeLine: (line) => {
        session.writeLine(line);
      },
      end: () => {
        session.end();
      },
      ended: session.ended,
      drop: (reason) => {
        dropped.abort(reason);
      },
    };
  } catch (error) {
    dropped.abort(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function refuseOther(first: string): void {
  const line = parseAgentLine(first);
  if (line.kind === 'refused') throw new RefusedByAgent(line.reason);
  if (line.kind !== 'attached') throw new Error(`not the greeting of a node agent: ${first.slice(0, 200)}`);
}

async function* after(
  rest: readonly string[],
  lines: AsyncIterator<readonly string[]>,
): AsyncGenerator<readonly string[]> {
  if (rest.length > 0) yield rest;
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) yield next.value;
}
