import { withDeadline } from '../time/with-deadline.ts';
import type { Kube } from './kube.ts';
import type { PodFilter } from './objects.ts';
import type { Pod } from './types.ts';
import { watchPods, type PodChange } from './watch-pods.ts';

/** Keeps the latest state of the pods that match, by one watch, however many wait for them. */
export class PodTracker implements AsyncDisposable {
  readonly #pods = new Map<string, Pod>();
  readonly #listeners = new Set<(change: PodChange) => void>();
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;
  #failure: Error | null = null;
  #listed = false;

  constructor(kube: Kube, filter: PodFilter) {
    this.#watching = this.#watch(kube, filter);
  }

  pod(name: string): Pod | undefined {
    return this.#pods.get(name);
  }

  pods(): readonly Pod[] {
    return [...this.#pods.values()];
  }

  /** Waits until the pods that were there at the beginning are known. */
  async listed(signal: AbortSignal): Promise<void> {
    await this.waitFor(() => (this.#listed ? true : null), {
      what: 'the first list of pods',
      deadlineNs: 30e9,
      signal,
    });
  }

  /** @returns how to stop listening */
  onChange(listener: (change: PodChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits until `ask` gives an answer that is not null; it is asked at once, and after each change. What `ask` throws ends the wait.
   * After `deadlineNs` nanoseconds the error says `what` was waited for and, by `why`, what stood in the way.
   */
  async waitFor<T>(
    ask: () => T | null,
    options: {
      readonly what: string;
      readonly why?: () => string;
      readonly deadlineNs: number;
      readonly signal: AbortSignal;
    },
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      try {
        if (this.#failure !== null) throw this.#failure;
        const answer = ask();
        if (answer !== null) resolve(answer);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const forget = this.onChange(look);
    look();
    const { what, why, deadlineNs, signal } = options;
    try {
      return await withDeadline(promise, {
        deadlineNs,
        what: () => (why === undefined ? what : `${what} (${why()})`),
        signal,
      });
    } finally {
      forget();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #watch(kube: Kube, filter: PodFilter): Promise<void> {
    try {
      for await (const change of watchPods(kube, filter, this.#stop.signal)) this.#take(change);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#tell({ type: 'listed' });
    }
  }

  #take(change: PodChange): void {
    if (change.type === 'present') this.#pods.set(change.pod.metadata?.name ?? '', change.pod);
    if (change.type === 'deleted') this.#pods.delete(change.pod.metadata?.name ?? '');
    if (change.type === 'listed') this.#listed = true;
    this.#tell(change);
  }

  #tell(change: PodChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
