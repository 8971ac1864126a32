import { sleep } from './sleep.ts';

export interface DeadlineOptions {
  readonly deadlineNs: number;
  /** Asked only when the deadline has passed: "pod x to run, it is Pending". */
  readonly what: () => string;
  readonly signal: AbortSignal;
}

/** The promise's own outcome, unless `deadlineNs` nanoseconds or the signal come first. The work behind it is not stopped. */
export async function withDeadline<T>(promise: Promise<T>, { deadlineNs, what, signal }: DeadlineOptions): Promise<T> {
  const settled = new AbortController();
  const expired = sleep(deadlineNs, AbortSignal.any([signal, settled.signal])).then(() => {
    throw new Error(`gave up on ${what()} after ${(deadlineNs / 1e9).toFixed(0)} s`);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    settled.abort();
    expired.catch(() => undefined);
    promise.catch(() => undefined);
  }
}
