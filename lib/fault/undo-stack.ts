import { nowNs } from '../time/now-ns.ts';
import { withDeadline } from '../time/with-deadline.ts';

type Undo = (signal: AbortSignal) => Promise<void>;

/**
 * What has to be put back, in the reverse order of its doing. Each undo has a deadline of its own, and a signal that no abort of the
 * drill reaches; one that fails stops no other, and the first failure is thrown at the end with the others in `errors`.
 */
export class UndoStack {
  readonly #undos: { readonly what: string; readonly undo: Undo }[] = [];
  readonly #deadlineNs: number;
  readonly #leastNs: number;

  /** `leastNs`: what each undo has in any case; the default is enough for a request to an API server that answers. */
  constructor(deadlineNs: number, leastNs = 3e9) {
    this.#deadlineNs = deadlineNs;
    this.#leastNs = leastNs;
  }

  /** Call it before the deed. `undo` has to be harmless when there is nothing to undo. */
  register(what: string, undo: Undo): void {
    this.#undos.push({ what, undo });
  }

  /**
   * Undoes everything that was registered, once. Where somebody waits for the end (Ctrl-C), all undos share `togetherNs`: on a cluster that is
   * broken each would use up its deadline. When that time is over, each of the others still has its least.
   */
  async run(togetherNs = Number.POSITIVE_INFINITY): Promise<void> {
    const failures: Error[] = [];
    const endNs = nowNs() + togetherNs;
    for (let next = this.#undos.pop(); next !== undefined; next = this.#undos.pop()) {
      const deadlineNs = Math.min(this.#deadlineNs, Math.max(this.#leastNs, endNs - nowNs()));
      const failure = await this.#attempt(next.what, next.undo, deadlineNs);
      if (failure !== null) failures.push(failure);
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
  }

  async #attempt(what: string, undo: Undo, deadlineNs: number): Promise<Error | null> {
    const expired = new AbortController();
    const never = new AbortController().signal;
    try {
      await withDeadline(undo(expired.signal), { deadlineNs, what: () => what, signal: never });
      return null;
    } catch (error) {
      expired.abort(error);
      return new Error(`${what} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}
