import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { ExecSession } from '../../../lib/kube/exec.ts';
import { linesOf } from '../../../lib/kube/lines-of.ts';
import { NodeCarrier, NotCarried } from '../../../lib/probe/node-carrier.ts';
import type { ProbeLine } from '../../../lib/probe/probe-line.ts';

const { signal } = new AbortController();

/** An agent whose connection can be cut; it is told what to follow, and says what the test has it say. */
class PlayedAgent {
  readonly tasks: string[] = [];
  readonly cuts: string[] = [];
  opened = 0;
  #stdout = new PassThrough();

  readonly carrier = new NodeCarrier({
    name: 'pod n/agent-both',
    open: () => Promise.resolve(this.#open()),
    onCut: (cause) => this.cuts.push(cause),
    signal,
  });

  say(text: string): void {
    this.#stdout.write(text);
  }

  cut(): void {
    this.#stdout.end();
  }

  async asked(count: number): Promise<void> {
    while (this.tasks.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #open(): ExecSession {
    this.opened += 1;
    const stdout = new PassThrough();
    this.#stdout = stdout;
    const ended = new Promise<string>((resolve) =>
      stdout.on('end', () => {
        resolve('the connection closed');
      }),
    );
    return {
      lines: linesOf(stdout),
      writeLine: (line) => this.tasks.push(line),
      end: () => stdout.end(),
      ended,
    };
  }
}

const seqsIn = (lines: readonly ProbeLine[]) => lines.flatMap((line) => (line.kind === 'lookups' ? line.seqs : []));
const batch = (seq: number) => ({ seq, dueNs: seq, intervalNs: 1, results: [], rows: [0, 0, 1, -2] });
const message = (probe: string, seq: number) => `${JSON.stringify({ probe, line: { lookups: batch(seq) } })}\n`;

test('each probe gets its own lines, in their order', async () => {
  const agent = new PlayedAgent();
  await using carrier = agent.carrier;
  const [a, b] = [carrier.linesOf('a', '/log/a', signal), carrier.linesOf('b', '/log/b', signal)];
  const reading = [a.next(), b.next()];
  await agent.asked(2);
  assert.deepEqual(agent.tasks.map((task) => JSON.parse(task) as unknown).sort(), [
    { probe: 'a', log: '/log/a' },
    { probe: 'b', log: '/log/b' },
  ]);
  agent.say(message('a', 0) + message('b', 5) + message('a', 1));
  const [ofA, ofB] = await Promise.all(reading);
  assert.deepEqual(seqsIn((ofA?.value ?? []) as readonly ProbeLine[]), [0, 1]);
  assert.deepEqual(seqsIn((ofB?.value ?? []) as readonly ProbeLine[]), [5]);
});

test('after a cut, in the middle of a line as well, all is asked for again', async () => {
  const agent = new PlayedAgent();
  await using carrier = agent.carrier;
  const lines = carrier.linesOf('a', '/log/a', signal);
  const first = lines.next();
  await agent.asked(1);
  agent.say(message('a', 0) + message('a', 1).slice(0, 20));
  assert.deepEqual(seqsIn(((await first).value ?? []) as readonly ProbeLine[]), [0]);
  agent.cut();
  await agent.asked(2);
  assert.deepEqual(agent.cuts, ['the connection closed']);
  agent.say(message('a', 0) + message('a', 1));
  assert.deepEqual(seqsIn(((await lines.next()).value ?? []) as readonly ProbeLine[]), [0, 1]);
});

test('a log that the agent can’t read has to be read in another way, which is said', async () => {
  const agent = new PlayedAgent();
  await using carrier = agent.carrier;
  const lines = carrier.linesOf('a', '/log/a', signal);
  const first = lines.next();
  await agent.asked(1);
  agent.say(`${JSON.stringify({ probe: 'a', error: '/log/a: no such file or directory' })}\n`);
  await assert.rejects(first, (error) => error instanceof NotCarried && /no such file/.test(error.message));
});

test('the lines of a pod that has ended end, too', async () => {
  const agent = new PlayedAgent();
  await using carrier = agent.carrier;
  const lines = carrier.linesOf('a', '/log/a', signal);
  const first = lines.next();
  await agent.asked(1);
  carrier.podEnded('a');
  assert.deepEqual(await first, { value: undefined, done: true });
});
