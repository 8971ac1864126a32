import type { ExecSession } from '../../lib/kube/exec.ts';

/** The holder of a node agent as transports meet it: what it says is numbered and kept, commands are done once. */
export class FakeAgent {
  /** Of each command that was carried out, its name. */
  readonly done: string[] = [];
  /** Numbers that transports asked to go on after. */
  readonly attachedAfter: number[] = [];
  /** Why transports can't be had at present. */
  away: string | null = null;
  /** True: commands are carried out, and their answers kept back until `answer`. */
  holdsBack = false;
  /** Commands that are lost on their way, by name. */
  readonly losing = new Set<string>();
  acknowledged = 0;
  acknowledgements = 0;
  attempts = 0;
  #token: string | null = null;
  #lastId = 0;
  readonly #lines: string[] = [];
  readonly #kept: string[] = [];
  #transport: FakeTransport | null = null;

  readonly connect = (signal: AbortSignal): Promise<ExecSession> => {
    this.attempts += 1;
    if (this.away !== null) return Promise.reject(new Error(this.away));
    const transport = new FakeTransport((line) => {
      this.#take(transport, line);
    });
    signal.addEventListener('abort', () => {
      transport.cut('dropped by the suite');
    });
    return Promise.resolve(transport);
  };

  say(message: Readonly<Record<string, unknown>>): void {
    this.#lines.push(`{"n":${this.#lines.length + 1},${JSON.stringify(message).slice(1)}`);
    this.#transport?.push(this.#lines.slice(-1));
  }

  /** The last line once more, with the number that it had. */
  repeat(): void {
    this.#transport?.push(this.#lines.slice(-1));
  }

  /** Said to the session alone. */
  sayUnnumbered(text: string): void {
    this.#transport?.push([text]);
  }

  /** The answers that were kept back. */
  answer(): void {
    for (const reply of this.#kept.splice(0)) this.say(JSON.parse(reply) as Record<string, unknown>);
  }

  /** Cuts the connection; what was said since `blind` was called did not get through. */
  cut(reason = 'the connection closed with code 1006'): void {
    this.#transport?.cut(reason);
    this.#transport = null;
  }

  /** From now on nothing gets through to the suite, and it does not know. */
  blind(): void {
    if (this.#transport !== null) this.#transport.deaf = true;
  }

  #take(transport: FakeTransport, text: string): void {
    const line = JSON.parse(text) as {
      readonly attach?: { readonly token: string; readonly after: number };
      readonly ack?: number;
      readonly id?: number;
      readonly cmd?: string;
    };
    if (line.attach !== undefined) this.#attach(transport, line.attach);
    else if (line.ack !== undefined) {
      this.acknowledged = line.ack;
      this.acknowledgements += 1;
      transport.push([`{"acked":${line.ack}}`]);
    } else this.#carryOut(line.id ?? 0, line.cmd ?? '');
  }

  #attach(transport: FakeTransport, { token, after }: { readonly token: string; readonly after: number }): void {
    this.#token ??= token;
    if (token !== this.#token) {
      transport.push(['{"refused":"another run has this agent to itself"}']);
      return;
    }
    this.attachedAfter.push(after);
    this.#transport?.cut('another session took its place');
    this.#transport = transport;
    transport.push([`{"attached":{"after":${after}}}`, ...this.#lines.slice(after)]);
  }

  #carryOut(id: number, cmd: string): void {
    if (this.losing.delete(cmd) || id <= this.#lastId) return;
    this.#lastId = id;
    this.done.push(cmd);
    const reply = JSON.stringify({ id, ok: true, atNs: 1, did: cmd });
    if (this.holdsBack) this.#kept.push(reply);
    else this.say(JSON.parse(reply) as Record<string, unknown>);
    if (cmd === 'bye') this.#transport?.cut(null);
  }
}

class FakeTransport implements ExecSession {
  deaf = false;
  readonly #onLine: (line: string) => void;
  readonly #ended = Promise.withResolvers<string | null>();
  readonly #chunks: (readonly string[])[] = [];
  #wake = Promise.withResolvers<undefined>();
  #over = false;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  get ended(): Promise<string | null> {
    return this.#ended.promise;
  }

  get lines(): AsyncIterable<readonly string[]> {
    return this.#read();
  }

  writeLine(line: string): void {
    if (!this.#over) this.#onLine(line);
  }

  end(): void {
    this.cut(null);
  }

  push(lines: readonly string[]): void {
    if (this.#over || this.deaf) return;
    this.#chunks.push(lines);
    this.#wake.resolve(undefined);
  }

  cut(reason: string | null): void {
    this.#over = true;
    this.#ended.resolve(reason);
    this.#wake.resolve(undefined);
  }

  async *#read(): AsyncGenerator<readonly string[]> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#over) return;
      else {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
    }
  }
}
