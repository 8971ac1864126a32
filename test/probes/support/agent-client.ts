import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedProcess } from './namespace.ts';

export type AgentLine = Readonly<Record<string, unknown>>;

/** Speaks to `agent hold` by an `agent attach`, and keeps what it says without being asked. */
export class AgentClient {
  readonly #holder: StartedProcess;
  readonly #transport: StartedProcess;
  readonly #lines: AgentLine[] = [];
  #nextId = 1;

  constructor(holder: StartedProcess, transport: StartedProcess) {
    this.#holder = holder;
    this.#transport = transport;
    transport.child.stdin?.write('{"attach":{"token":"a test","after":0}}\n');
    createInterface({ input: transport.stdout }).on('line', (line) => {
      this.#lines.push(JSON.parse(line) as AgentLine);
    });
  }

  async ask(cmd: string, more: AgentLine = {}): Promise<AgentLine> {
    const id = this.#nextId++;
    this.#transport.child.stdin?.write(`${JSON.stringify({ id, cmd, ...more })}\n`);
    return this.waitFor((line) => line['id'] === id, `the answer to ${cmd}`);
  }

  /** The first such line, of all that were ever read. */
  async waitFor(fits: (line: AgentLine) => boolean, what: string): Promise<AgentLine> {
    for (let attempt = 0; attempt < 500; attempt++) {
      const found = this.#lines.find(fits);
      if (found !== undefined) return found;
      await sleep(10);
    }
    throw new Error(
      `${what} did not come in 5 s; last of ${this.#lines.length} lines: ${JSON.stringify(this.#lines.at(-1))}`,
    );
  }

  all(fits: (line: AgentLine) => boolean): readonly AgentLine[] {
    return this.#lines.filter(fits);
  }

  /** Closes the input, as a runner does that dies, and waits for the end of the transport and then of the agent. */
  async hangUp(): Promise<readonly (number | null)[]> {
    const ends = [this.#transport, this.#holder].map(({ child }) => once(child, 'exit') as Promise<[number | null]>);
    this.#transport.child.stdin?.end();
    return (await Promise.all(ends)).map(([code]) => code);
  }
}
