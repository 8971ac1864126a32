import { flushLines, printLine } from './print-line.ts';

/** A lookup that has ended, and what came of it: addresses, the code of an error, or no result. Times are in ns. */
export interface EndedLookup {
  readonly seq: number;
  readonly dueNs: bigint;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly result: readonly string[] | string | null;
  readonly outcome: 'answered' | 'failed' | 'unsent' | 'abandoned';
}

export interface LookupLinesOptions {
  /** How long a lookup may wait for others. */
  readonly gatherMs: number;
  /** A line for each lookup; else one for many. */
  readonly single: boolean;
}

interface Batch {
  readonly seq: number;
  readonly dueNs: bigint;
  readonly intervalNs: bigint;
  /** As JSON, each with its number. */
  readonly results: Map<string, number>;
  readonly rows: (number | bigint)[];
  /** Bytes of the line so far, at most. */
  length: number;
}

/** A line of the protocol is at most 4,000 bytes; a batch says so much besides its rows and results. */
const longestLine = 4000;
const headOfBatch = 160;
/** Four numbers of 64 bits, with commas. */
const longestRow = 4 * 22;
/** What stands in a row in place of the number of a result. */
const withoutResult = { unsent: -1, abandoned: -2 } as const;

/** Prints lookups, many in one line (PROTOCOL.md). */
export class LookupLines {
  readonly #options: LookupLinesOptions;
  #batch: Batch | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LookupLinesOptions) {
    this.#options = options;
  }

  print(lookup: EndedLookup, intervalNs: bigint): void {
    if (this.#options.single) {
      printSingle(lookup);
    } else if (!this.#add(lookup, intervalNs)) {
      this.#close();
      this.#add(lookup, intervalNs); // into an empty one: it always fits
    }
    if (intervalNs >= BigInt(this.#options.gatherMs) * 1_000_000n) this.flush();
    else
      this.#timer ??= setTimeout(() => {
        this.flush();
      }, this.#options.gatherMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#close();
    flushLines();
  }

  #close(): void {
    if (this.#batch === null) return;
    const { results, rows, seq, dueNs, intervalNs } = this.#batch;
    const told = [...results.keys()].map((text): unknown => JSON.parse(text));
    printLine({ lookups: { seq, dueNs, intervalNs, results: told, rows } });
    this.#batch = null;
  }

  /** False when there is no room, or the lookup was due by another schedule. */
  #add({ seq, dueNs, startNs, endNs, outcome, result }: EndedLookup, intervalNs: bigint): boolean {
    const batch: Batch = (this.#batch ??= {
      seq,
      dueNs,
      intervalNs,
      results: new Map(),
      rows: [],
      length: headOfBatch,
    });
    const ahead = seq - batch.seq;
    if (dueNs !== batch.dueNs + BigInt(ahead) * batch.intervalNs) return false;
    const text = JSON.stringify(result);
    const without = outcome === 'unsent' || outcome === 'abandoned' ? withoutResult[outcome] : undefined;
    const known = without ?? batch.results.get(text);
    const length = batch.length + longestRow + (known === undefined ? text.length + 1 : 0);
    if (length > longestLine && batch.rows.length > 0) return false;
    const what = known ?? batch.results.size;
    if (known === undefined) batch.results.set(text, what);
    batch.rows.push(ahead, startNs - dueNs, endNs - startNs, what);
    batch.length = length;
    return true;
  }
}

function printSingle({ seq, dueNs, startNs, endNs, outcome, result }: EndedLookup): void {
  const answers = outcome === 'answered' ? result : [];
  printLine({ seq, dueNs, startNs, endNs, outcome, answers, error: outcome === 'failed' ? result : null });
}
