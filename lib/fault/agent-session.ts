import { exec, type ExecSession } from '../kube/exec.ts';
import type { Kube } from '../kube/kube.ts';
import type { ObjectRef } from '../kube/objects.ts';
import type { Site } from '../config/site.ts';
import { withDeadline } from '../time/with-deadline.ts';
import { parseAgentMessage, type AgentCapture, type AgentEvent, type AgentReply } from './agent-message.ts';

export interface AgentSessionOptions {
  readonly kube: Kube;
  readonly site: Site;
  readonly pod: ObjectRef;
  /** After this the agent reverts what is in force and ends, even if nobody tells it to. */
  readonly limitNs: number;
  readonly onEvent: (event: AgentEvent) => void;
  readonly onCapture: (capture: AgentCapture) => void;
  /** Called once when the session ends though nobody closed it. */
  readonly onBroken: (reason: string) => void;
  readonly signal: AbortSignal;
}

/** How long the agent may take for one command; the slowest, `rules`, has a limit of 10 s in the agent. */
const commandDeadlineNs = 15e9;

/** The node agent of one site, driven over the stdin of one `exec`: when that ends, the agent reverts everything by itself. */
export class AgentSession implements AsyncDisposable {
  readonly site: Site;
  readonly #session: ExecSession;
  readonly #options: AgentSessionOptions;
  readonly #waiting = new Map<number, PromiseWithResolvers<AgentReply>>();
  readonly #reading: Promise<void>;
  #nextId = 1;
  #closing = false;
  #broken: string | null = null;

  private constructor(options: AgentSessionOptions, session: ExecSession) {
    this.#options = options;
    this.site = options.site;
    this.#session = session;
    this.#reading = this.#read();
  }

  static async open(options: AgentSessionOptions): Promise<AgentSession> {
    const command = ['/agent', 'serve', '--limit-s', String(Math.ceil(options.limitNs / 1e9))];
    const session = await exec(options.kube, options.pod, 'agent', command, options.signal);
    return new AgentSession(options, session);
  }

  /** Sends one command and gives its answer; a refusal by the agent is an error that says which site and why. */
  async ask(
    cmd: string,
    parameters: Readonly<Record<string, unknown>> = {},
    deadlineNs = commandDeadlineNs,
  ): Promise<AgentReply> {
    const what = `${cmd} of the node agent on ${this.site.node} (site ${this.site.name})`;
    if (this.#broken !== null) throw new Error(`${what}: the session has ended: ${this.#broken}`);
    const id = this.#nextId++;
    const answer = Promise.withResolvers<AgentReply>();
    this.#waiting.set(id, answer);
    this.#session.writeLine(JSON.stringify({ id, cmd, ...parameters }));
    try {
      const reply = await withDeadline(answer.promise, { deadlineNs, what: () => what, signal: this.#options.signal });
      if (!reply.ok) throw new Error(`${what}: ${reply.error ?? 'refused'}`);
      return reply;
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** Ends its stdin, so that the agent reverts what is left, and waits for its end for at most 10 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#session.end();
    await withDeadline(this.#reading, {
      deadlineNs: 10e9,
      what: () => 'the end of the agent',
      signal: new AbortController().signal,
    }).catch(() => undefined);
  }

  async #read(): Promise<void> {
    for await (const lines of this.#session.lines) for (const line of lines) this.#take(line);
    this.#broken = (await this.#session.ended) ?? 'the agent ended';
    for (const answer of this.#waiting.values())
      answer.reject(new Error(`the node agent on ${this.site.node} ended before its answer: ${this.#broken}`));
    if (!this.#closing) this.#options.onBroken(this.#broken);
  }

  #take(line: string): void {
    const message = parseAgentMessage(line);
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
      case 'damaged':
        // What it was an answer to is not known; that command's deadline says which.
        return;
    }
  }
}
