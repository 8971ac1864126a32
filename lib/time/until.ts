import { nowNs } from './now-ns.ts';
import { sleep } from './sleep.ts';

export interface UntilOptions {
  /** What is waited for, for the error: "the agent on node-a". */
  readonly what: string;
  readonly deadlineNs: number;
  readonly everyNs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks until the answer is not null. An error of `ask` counts as "not yet", but it is the cause of the error that is thrown
 * when `deadlineNs` nanoseconds have passed.
 */
export async function until<T>(ask: () => Promise<T | null>, options: UntilOptions): Promise<T> {
  const startNs = nowNs();
  let cause: unknown;
  for (;;) {
    options.signal.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      options.signal.throwIfAborted();
      cause = error;
    }
    const waitedNs = nowNs() - startNs;
    if (waitedNs >= options.deadlineNs)
      throw new Error(`gave up on ${options.what} after ${(waitedNs / 1e9).toFixed(1)} s${lastly(cause)}`, { cause });
    await sleep(Math.min(options.everyNs, options.deadlineNs - waitedNs), options.signal);
  }
}

function lastly(cause: unknown): string {
  return cause instanceof Error ? `; lastly: ${cause.message}` : '';
}
