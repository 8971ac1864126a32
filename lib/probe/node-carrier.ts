import { addAbortSignal, Readable } from 'node:stream';
import { z } from 'zod';
import type { ExecSession } from '../kube/exec.ts';
import { nowNs } from '../time/now-ns.ts';
import { sleep } from '../time/sleep.ts';
import { parseProbeLine, readProbeLine, type ProbeLine } from './probe-line.ts';

export interface NodeCarrierOptions {
  /** The node agent, for what is said of it: `pod nodelocal-drill/agent-both`. */
  readonly name: string;
  /** Starts `agent carry` on the node of the probes. */
  readonly open: (signal: AbortSignal) => Promise<ExecSession>;
  /** Called when the connection broke, and is made anew. */
  readonly onCut: (cause: string) => void;
  readonly signal: AbortSignal;
}

/** The agent can't carry this probe's lines: they have to be read in another way. */
export class NotCarried extends Error {
  override readonly name = 'NotCarried';
}

/** How often the agent looks at the logs: with what a probe gathers, a lookup is in the journal less than two seconds after it ended. */
const everyMs = 500;

/** What is started in the agent's container. */
export const carryCommand = ['/agent', 'carry', '--every-ms', String(everyMs)];

const retryNs = 250e6;

/** How long the agent may be out of reach before others are asked for the lines. */
const patienceNs = 60e9;

/** What is still on its way when a pod has ended has come by then. */
const lastLinesNs = 3e9;

const messageSchema = z.strictObject({
  probe: z.string(),
  line: z.unknown().optional(),
  text: z.string().optional(),
  error: z.string().optional(),
});

interface Wanted {
  readonly log: string;
  readonly lines: Readable;
}

/**
 * What all probes of a node print, over one connection: the node agent follows the files that kubelet keeps of their output (`agent carry`). To follow each
 * log by itself costs the node a question to its container runtime for each line and each second (docs/weight.md). After a cut all is asked for again,
 * from the beginning, so that nothing is lost: the caller drops what comes twice.
 */
export class NodeCarrier implements AsyncDisposable {
  readonly #options: NodeCarrierOptions;
  readonly #wanted = new Map<string, Wanted>();
  readonly #over = new AbortController();
  readonly #carrying: Promise<void>;
  #session: ExecSession | null = null;
  #cutSinceNs: number | null = null;
  #failure: NotCarried | null = null;

  constructor(options: NodeCarrierOptions) {
    this.#options = options;
    this.#carrying = this.#carry();
  }

  /** The lines of a probe, whose output is in the file `log` of its node. Ends some seconds after `podEnded`. @throws NotCarried */
  async *linesOf(probe: string, log: string, signal: AbortSignal): AsyncGenerator<readonly ProbeLine[]> {
    if (this.#failure !== null) throw this.#failure;
    const lines = addAbortSignal(signal, new Readable({ objectMode: true, read: () => undefined }));
    this.#wanted.set(probe, { log, lines });
    this.#ask(probe, log);
    try {
      for await (const some of lines) yield some as readonly ProbeLine[];
    } finally {
      this.#wanted.delete(probe);
    }
  }

  /** The pod of a probe has ended, so that no more lines will be written. */
  podEnded(probe: string): void {
    const lines = this.#wanted.get(probe)?.lines;
    if (lines === undefined) return;
    void sleep(lastLinesNs, this.#over.signal).then(
      () => lines.push(null),
      () => undefined,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#session?.end();
    await this.#carrying;
  }

  async #carry(): Promise<void> {
    const signal = AbortSignal.any([this.#options.signal, this.#over.signal]);
    for (;;) {
      const cause = await this.#carryUntilCut(signal);
      if (signal.aborted) return;
      if (this.#cutSinceNs === null) this.#options.onCut(cause);
      this.#cutSinceNs ??= nowNs();
      if (nowNs() - this.#cutSinceNs > patienceNs) {
        this.#giveUp(cause);
        return;
      }
      await sleep(retryNs, signal).catch(() => undefined);
    }
  }

  /** @returns why it ended */
  async #carryUntilCut(signal: AbortSignal): Promise<string> {
    try {
      const session = await this.#options.open(signal);
      this.#session = session;
      for (const [probe, { log }] of this.#wanted) this.#ask(probe, log);
      for await (const lines of session.lines) {
        this.#cutSinceNs = null;
        this.#take(lines);
      }
      return (await session.ended) ?? 'it ended by itself';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      this.#session = null;
    }
  }

  #ask(probe: string, log: string): void {
    this.#session?.writeLine(JSON.stringify({ probe, log }));
  }

  #take(texts: readonly string[]): void {
    const lines = new Map<string, ProbeLine[]>();
    for (const text of texts) {
      const message = messageSchema.safeParse(jsonOf(text));
      // A line that was cut is no message; what was in it comes again after the cut.
      if (!message.success) continue;
      const { probe, line, text: said, error } = message.data;
      if (error !== undefined) this.#wanted.get(probe)?.lines.destroy(new NotCarried(error));
      else
        lines.set(probe, [
          ...(lines.get(probe) ?? []),
          said === undefined ? readProbeLine(line) : parseProbeLine(said),
        ]);
    }
    for (const [probe, some] of lines) this.#wanted.get(probe)?.lines.push(some);
  }

  #giveUp(cause: string): void {
    this.#failure = new NotCarried(`${this.#options.name} can't be reached for ${patienceNs / 1e9} s: ${cause}`);
    for (const { lines } of this.#wanted.values()) lines.destroy(this.#failure);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
