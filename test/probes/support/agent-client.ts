import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedProcess } from './namespace.ts';

export type AgentLine = Readonly<Record<string, unknown>>;

/** Speaks to `agent serve`, and keeps what it says without being asked. */
export class AgentClient {
  readonly #agent: StartedProcess;
  readonly #lines: AgentLine[] = [];
  #nextId = 1;

  constructor(agent: StartedProcess) {
    this.#agent = agent;
    createInterface({ input: agent.stdout }).on('line', (line) => {
      this.#lines.push(JSON.parse(line) as AgentLine);
    });
  }

  async ask(cmd: string, more: AgentLine = {}): Promise<AgentLine> {
    const id = this.#nextId++;
    this.#agent.child.stdin?.write(`${JSON.stringify({ id, cmd, ...more })}\n`);
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

  /** Closes the agent's input, as a runner does that dies, and waits for its end. */
  async hangUp(): Promise<number | null> {
    const exited = once(this.#agent.child, 'exit');
    this.#agent.child.stdin?.end();
    const [code] = (await exited) as [number | null];
    return code;
  }
}
