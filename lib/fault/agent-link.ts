import { randomBytes } from 'node:crypto';
import pRetry from 'p-retry';
import { isTransient, KubeError } from '../kube/kube-error.ts';
import { nowNs } from '../time/now-ns.ts';
import { withDeadline } from '../time/with-deadline.ts';
import { parseAgentLine, type AgentMessage } from './agent-message.ts';
import { attachToAgent, RefusedByAgent, type AgentTransport, type Connect } from './agent-transport.ts';
import { deadlineSignal } from '../time/deadline-signal.ts';

export interface AgentLinkOptions {
  readonly connect: Connect;
  /** How long the agent holds on without a sign of life. */
  readonly graceNs: number;
  readonly keepAliveNs?: number;
}

export interface LinkFollower {
  /** Each numbered line once, in the agent's order, over all transports. */
  readonly onMessage: (message: AgentMessage) => void;
  /** A new transport is there; what was written to the one before may not have got through. */
  readonly onMended: (cut: MendedCut) => void;
  /** Called once when it can't be mended, or the agent says that it ends. */
  readonly onGone: (reason: string) => void;
}

export interface MendedCut {
  readonly atNs: number;
  readonly cutNs: number;
  readonly reason: string;
}

/** How often the agent is told that somebody lives here; it answers, so that each end knows of the other. */
const keepAliveNs = 5e9;

/** So many of these without a line from the agent: the transport is dead, though nobody closed it. Half of the agent's grace is left then. */
const mostSilent = 3;

/** What was read together is acknowledged together. */
const acknowledgeAfterMs = 250;

/** An API server that stands still may take a connection and answer nothing. */
const attemptMs = 10_000;

/** Between attempts: an API server that restarts refuses connections at once, so that asking often costs nothing. */
const pace = { retries: 1000, minTimeout: 250, factor: 1.5, maxTimeout: 2000 } as const;

/** The agent may have noticed the cut later than this end did. */
const longerNs = 5e9;

/**
 * A connection to a node agent that outlives its transports: where one ends, the next goes on after the last line that was read, so that
 * nothing is lost and nothing comes twice.
 */
export class AgentLink {
  readonly #options: AgentLinkOptions;
  /** With it no other run can attach to this one's agent. */
  readonly #token = randomBytes(16).toString('hex');
  readonly #given = new AbortController();
  #closing = false;
  #transport: AgentTransport | null = null;
  #follower: LinkFollower | null = null;
  #running: Promise<void> = Promise.resolve();
  #read = 0;
  #heardNs = nowNs();
  #cutAtNs: number | null = null;
  #mendedNs = 0;
  /** Why the agent ends, in its own words. */
  #end: string | null = null;
  #acknowledging: NodeJS.Timeout | null = null;

  private constructor(options: AgentLinkOptions) {
    this.#options = options;
  }

  static async open(options: AgentLinkOptions, signal: AbortSignal): Promise<AgentLink> {
    const link = new AgentLink(options);
    link.#transport = await link.#attach(mayPass, signal);
    return link;
  }

  /** Reads from now on. */
  follow(follower: LinkFollower): void {
    this.#follower = follower;
    if (this.#transport !== null) this.#running = this.#run(this.#transport);
  }

  /** For how long there was no transport, until now. */
  get cutNs(): number {
    return this.#mendedNs + (this.#cutAtNs === null ? 0 : nowNs() - this.#cutAtNs);
  }

  /** Lost where there is no transport, or it breaks: `onMended` is when to say it again. */
  writeLine(line: string): void {
    this.#transport?.writeLine(line);
  }

  /** Reads what is left and acknowledges it, for at most `limitNs`. */
  async close(limitNs: number): Promise<void> {
    this.#closing = true;
    if (this.#transport === null) this.#given.abort();
    this.#acknowledge();
    this.#transport?.end();
    const { signal } = new AbortController();
    await withDeadline(this.#running, { deadlineNs: limitNs, what: () => 'the end of the agent', signal }).catch(
      () => undefined,
    );
    this.#given.abort();
    this.#transport?.drop(new Error('closed'));
    await this.#running;
  }

  async #run(first: AgentTransport): Promise<void> {
    const alive = setInterval(() => {
      this.#keepAlive();
    }, this.#keepAliveNs / 1e6);
    try {
      for (let transport: AgentTransport | null = first; transport !== null; transport = await this.#mended(transport))
        await this.#readAll(transport);
    } finally {
      clearInterval(alive);
      if (this.#acknowledging !== null) clearTimeout(this.#acknowledging);
    }
  }

  async #readAll(transport: AgentTransport): Promise<void> {
    this.#transport = transport;
    this.#heardNs = nowNs();
    for await (const lines of transport.lines) {
      this.#heardNs = nowNs();
      for (const line of lines) this.#take(line);
    }
    this.#transport = null;
  }

  /** The next transport; null when there is none any more, which was said then. */
  async #mended(broken: AgentTransport): Promise<AgentTransport | null> {
    this.#cutAtNs = nowNs();
    broken.drop(new Error('it has ended'));
    const reason = (await broken.ended) ?? 'its program ended';
    if (this.#closing) return null;
    if (this.#end !== null) return this.#gone(this.#end);
    try {
      const transport = await this.#attach((error) => !(error instanceof RefusedByAgent), this.#given.signal);
      const cut = { atNs: nowNs(), cutNs: nowNs() - this.#cutAtNs, reason };
      this.#mendedNs += cut.cutNs;
      this.#cutAtNs = null;
      this.#transport = transport;
      this.#follower?.onMended(cut);
      return transport;
    } catch (error) {
      if (this.#given.signal.aborted) return null;
      const forS = (this.cutNs / 1e9).toFixed(0);
      return this.#gone(
        `${reason}; not mended in ${forS} s: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #gone(reason: string): null {
    this.#follower?.onGone(reason);
    return null;
  }

  async #attach(shouldRetry: (error: Error) => boolean, signal: AbortSignal): Promise<AgentTransport> {
    const attempt = async () => {
      const limited = AbortSignal.any([
        signal,
        deadlineSignal(attemptMs * 1e6, `no answer within ${attemptMs / 1000} s`),
      ]);
      return attachToAgent(this.#options.connect, { token: this.#token, after: this.#read }, limited);
    };
    const maxRetryTime = (this.#options.graceNs + longerNs) / 1e6;
    return pRetry(attempt, { ...pace, maxRetryTime, signal, shouldRetry: ({ error }) => shouldRetry(error) });
  }

  #take(text: string): void {
    const line = parseAgentLine(text);
    if (line.kind === 'end') this.#end = line.reason;
    if (line.kind !== 'numbered' || line.n <= this.#read) return;
    if (line.n > this.#read + 1) {
      this.#transport?.drop(new Error(`line ${this.#read + 1} of the agent did not come`));
      return;
    }
    this.#read = line.n;
    this.#acknowledging ??= setTimeout(() => {
      this.#acknowledge();
    }, acknowledgeAfterMs);
    this.#follower?.onMessage(line.message);
  }

  #acknowledge(): void {
    if (this.#acknowledging !== null) clearTimeout(this.#acknowledging);
    this.#acknowledging = null;
    this.writeLine(JSON.stringify({ ack: this.#read }));
  }

  #keepAlive(): void {
    const silentNs = nowNs() - this.#heardNs;
    if (silentNs < mostSilent * this.#keepAliveNs) this.#acknowledge();
    else this.#transport?.drop(new Error(`nothing was heard of the agent for ${(silentNs / 1e9).toFixed(0)} s`));
  }

  get #keepAliveNs(): number {
    return this.#options.keepAliveNs ?? keepAliveNs;
  }
}

/** A refusal of the first transport is one; later an API server that has just started may refuse what it allowed before. */
function mayPass(error: Error): boolean {
  return !(error instanceof RefusedByAgent) && (!(error instanceof KubeError) || isTransient(error));
}
