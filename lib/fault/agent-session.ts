import { deadlineSignal } from '../time/deadline-signal.ts';
import type { Site } from '../config/site.ts';
import { nowNs } from '../time/now-ns.ts';
import { sleep } from '../time/sleep.ts';
import { AgentLink, type AgentLinkOptions, type MendedCut } from './agent-link.ts';
import type { AgentCapture, AgentEvent, AgentMessage, AgentReply } from './agent-message.ts';

export interface AgentSessionOptions extends Pick<AgentLinkOptions, 'connect' | 'graceNs' | 'keepAliveNs'> {
  readonly site: Site;
  readonly onEvent: (event: AgentEvent) => void;
  readonly onCapture: (capture: AgentCapture) => void;
  /** Something that the agent said, or saw, is not known here. */
  readonly onLost: (what: string) => void;
  /** The connection was cut and goes on where it was: nothing was lost. */
  readonly onMended: (cut: MendedCut) => void;
  /** Called once when the session ends though nobody closed it. */
  readonly onBroken: (reason: string) => void;
  readonly signal: AbortSignal;
}

export interface AskOptions {
  readonly deadlineNs?: number;
  /** The drill's unless told: an undo has one of its own. */
  readonly signal?: AbortSignal;
}

/** How long the agent may take for one command; the slowest, `rules`, has a limit of 10 s in the agent. */
const commandDeadlineNs = 15e9;

/** For the agent to put everything back when it is told goodbye, and for its end after that. */
const goodbyeNs = 10e9;
const farewellNs = 5e9;

interface Waiting extends PromiseWithResolvers<AgentReply> {
  readonly line: string;
}

/**
 * The node agent of one site. It holds on to what it was asked for while the connection is cut and mended; when its runner has died, or
 * has said goodbye, it reverts everything by itself.
 */
export class AgentSession implements AsyncDisposable {
  readonly site: Site;
  readonly #options: AgentSessionOptions;
  readonly #link: AgentLink;
  /** By their ids, which are sent in ascending order: the agent takes a lower one for one that it has had. */
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #closing = false;
  #broken: string | null = null;

  private constructor(options: AgentSessionOptions, link: AgentLink) {
    this.#options = options;
    this.site = options.site;
    this.#link = link;
    link.follow({
      onMessage: (message) => {
        this.#take(message);
      },
      onMended: (cut) => {
        for (const { line } of this.#waiting.values()) link.writeLine(line);
        options.onMended(cut);
      },
      onGone: (reason) => {
        this.#break(reason);
      },
    });
  }

  static async open(options: AgentSessionOptions): Promise<AgentSession> {
    return new AgentSession(options, await AgentLink.open(options, options.signal));
  }

  /**
   * Sends one command and gives its answer; a refusal by the agent is an error that says which site and why. Where the connection is cut
   * it is asked again, and done once. The deadline is the agent's: for as long as it can't be reached it stands still.
   */
  async ask(
    cmd: string,
    parameters: Readonly<Record<string, unknown>> = {},
    { deadlineNs = commandDeadlineNs, signal = this.#options.signal }: AskOptions = {},
  ): Promise<AgentReply> {
    const what = `${cmd} of the node agent on ${this.site.node} (site ${this.site.name})`;
    if (this.#broken !== null) throw new Error(`${what}: the session has ended: ${this.#broken}`);
    signal.throwIfAborted();
    const id = this.#nextId++;
    const waiting = { ...Promise.withResolvers<AgentReply>(), line: JSON.stringify({ id, cmd, ...parameters }) };
    this.#waiting.set(id, waiting);
    this.#link.writeLine(waiting.line);
    const over = new AbortController();
    try {
      const expired = this.#expiry(what, deadlineNs, AbortSignal.any([signal, over.signal]));
      const reply = await Promise.race([waiting.promise, expired]);
      if (!reply.ok) throw new Error(`${what}: ${reply.error ?? 'refused'}`);
      return reply;
    } finally {
      over.abort();
      this.#waiting.delete(id);
    }
  }

  /** Says goodbye, so that the agent reverts what is left at once, and waits for its end for some seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const signal = deadlineSignal(goodbyeNs, `the node agent on ${this.site.node} did not answer the goodbye`);
    // An agent that can't be reached hears of nobody, and reverts by itself.
    if (this.#broken === null) await this.ask('bye', {}, { signal }).catch(() => undefined);
    await this.#link.close(farewellNs);
  }

  /** Never resolves; rejects when the agent has had the time, or with the signal's reason. */
  async #expiry(what: string, deadlineNs: number, signal: AbortSignal): Promise<never> {
    const begunNs = nowNs();
    const cutBeforeNs = this.#link.cutNs;
    for (;;) {
      const leftNs = begunNs + deadlineNs + (this.#link.cutNs - cutBeforeNs) - nowNs();
      if (leftNs <= 0) throw new Error(`gave up on ${what} after ${(deadlineNs / 1e9).toFixed(0)} s`);
      await sleep(leftNs, signal);
    }
  }

  #take(message: AgentMessage): void {
    switch (message.kind) {
      case 'reply':
        this.#waiting.get(message.reply.id)?.resolve(message.reply);
        return;
      case 'event':
        this.#options.onEvent(message.event);
        return;
      case 'capture':
        this.#options.onCapture(message.capture);
        return;
      case 'lost':
        this.#options.onLost(`${message.events} events, as too many waited to be read`);
        return;
      case 'unknown':
        this.#options.onLost(`a line of a shape that is not known: ${message.text.slice(0, 200)}`);
        return;
    }
  }

  #break(reason: string): void {
    this.#broken = reason;
    for (const { reject } of this.#waiting.values())
      reject(new Error(`the node agent on ${this.site.node} ended before its answer: ${reason}`));
    if (!this.#closing) this.#options.onBroken(reason);
  }
}
