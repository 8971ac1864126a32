import { setTimeout } from 'node:timers/promises';

/** Waits for `forNs` nanoseconds, to the millisecond; rejects with the signal's reason when that comes first. */
export async function sleep(forNs: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(Math.max(0, forNs / 1e6), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
