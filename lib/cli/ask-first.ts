import { createInterface } from 'node:readline/promises';
import { UsageError } from './usage-error.ts';

export interface AskOptions {
  readonly signal: AbortSignal;
  /** Where the question is asked, and answered. */
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Says what will be done, and asks whether it may be; only y goes on.
 * @throws UsageError when the answer is no, or nobody can be asked: then nothing was even looked up to be said
 */
export async function askFirst(
  whatWillBeDone: () => Promise<readonly string[]>,
  question: string,
  { signal, input, output, withoutTerminal }: AskOptions & { readonly withoutTerminal: string },
): Promise<void> {
  if (input.isTTY !== true) throw new UsageError(withoutTerminal);
  for (const line of await whatWillBeDone()) output.write(`${line}\n`);
  const asking = createInterface({ input, output });
  // While it asks, the terminal gives Ctrl-C as a key; the process takes it as what it is, and `signal` ends the question.
  asking.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await asking.question(question, { signal }).catch(() => endOfInput);
    signal.throwIfAborted();
    if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('not confirmed: nothing was changed');
  } finally {
    asking.close();
  }
}

/** Ctrl-D is no answer, and so not a yes. */
const endOfInput = '';
