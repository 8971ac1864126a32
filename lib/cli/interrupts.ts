/** Arrivals within this time are one: a terminal signals its whole process group, and npm passes on once more what it got. */
const samePressMs = 500;

export interface InterruptsOptions {
  /** Exit code of one who leaves at once. */
  readonly exitCode: number;
  /** Called at the first interrupt, with what it was. */
  readonly onFirst?: (what: string) => void;
  /** Called at the second, before the process ends; nothing is waited for. */
  readonly onLeaving?: () => void;
}

/** What a command that has something to undo tells those who interrupt it. */
export interface Holding {
  readonly onFirst: string;
  readonly onLeaving: string;
  /** What is left after all, looked at and not assumed; one line each. */
  readonly aftermath: () => Promise<readonly string[]>;
}

/**
 * All ways to stop this process from outside. The first (SIGINT, SIGTERM, SIGHUP, an output that nobody reads any more) aborts `signal`, so that
 * what is in force is undone; a second SIGINT or SIGTERM leaves at once. A terminal that is closed is a first and never a second: SIGHUP and the
 * errors of every write to it come for one and the same reason.
 */
export class Interrupts {
  /** Set by a command while it has something to undo. */
  holding: Holding | null = null;
  readonly #controller = new AbortController();
  readonly #options: InterruptsOptions;
  #what: string | null = null;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(options: InterruptsOptions) {
    this.#options = options;
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        this.#press(signal);
      });
    process.on('SIGHUP', () => {
      this.raise('SIGHUP (the terminal was closed)');
    });
    for (const stream of [process.stdout, process.stderr])
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
        this.raise(`${error.code} (nobody reads its output any more)`);
      });
  }

  /** Aborts at the first interrupt; its reason names it. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first interrupt; null when there was none. */
  get what(): string | null {
    return this.#what;
  }

  /** Counts as a first interrupt, never as a second. */
  raise(what: string): void {
    if (this.#what !== null) return;
    this.#what = what;
    this.#lastMs = performance.now();
    if (this.holding !== null) say(`${what}: ${this.holding.onFirst}`);
    this.#controller.abort(new Error(what));
    this.#options.onFirst?.(what);
  }

  #press(signal: string): void {
    if (this.#what === null) {
      this.raise(signal);
      return;
    }
    const sinceMs = performance.now() - this.#lastMs;
    this.#lastMs += sinceMs;
    if (sinceMs < samePressMs) return;
    if (this.holding !== null) say(this.holding.onLeaving);
    this.#options.onLeaving?.();
    process.exit(this.#options.exitCode);
  }
}

function say(text: string): void {
  process.stderr.write(`nodelocal-drill: ${text}\n`);
}
