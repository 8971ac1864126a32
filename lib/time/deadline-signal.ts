/** What was waited for did not come in time. */
class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/**
 * Aborts after `deadlineNs` nanoseconds, with an error whose message is the sentence: what did not come, from whom, how long was waited, and what to do.
 * (What `AbortSignal.timeout` says is the same for everything.) Keeps no process alive.
 */
export function deadlineSignal(deadlineNs: number, sentence: string | (() => string)): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    controller.abort(new DeadlinePassed(typeof sentence === 'string' ? sentence : sentence()));
  };
  setTimeout(abort, deadlineNs / 1e6).unref();
  return controller.signal;
}
