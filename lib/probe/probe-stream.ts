import type { Entry, LookupBatch, Trouble } from '../journal/entry.ts';
import { rowLength } from '../journal/lookup-batch.ts';
import { followLog, readLog } from '../kube/follow-log.ts';
import type { Kube } from '../kube/kube.ts';
import type { ObjectRef } from '../kube/objects.ts';
import { nowNs } from '../time/now-ns.ts';
import { NotCarried } from './node-carrier.ts';
import { parseProbeLine, type ProbeHello, type ProbeLine } from './probe-line.ts';
import { SeqSet } from './seq-set.ts';
import { seqRanges } from './seq-ranges.ts';

export interface ProbeStreamOptions {
  readonly kube: Kube;
  /** The probe's name in the journal. */
  readonly probe: string;
  readonly pod: ObjectRef;
  readonly append: (entry: Entry) => void;
  /** Called with the first line, before any observation is appended. */
  readonly onHello: (hello: ProbeHello) => void;
  /** Its lines by another way than its log, which is read when they can't be had by that (NotCarried). */
  readonly carried?: (signal: AbortSignal) => AsyncIterable<readonly ProbeLine[]>;
  /** Ends the stream, whatever the probe does. */
  readonly signal: AbortSignal;
}

/** Reason of an abort after which nothing is said of what is missing: the whole drill was given up, and that is said once. */
export const drillGivenUp = Symbol('the drill was given up');

/** Reads what one probe prints, into the journal, each lookup once. What is missing at the end is read again, or said. */
export class ProbeStream {
  readonly #options: ProbeStreamOptions;
  readonly #seen = new SeqSet();
  readonly #hello = Promise.withResolvers<ProbeHello>();
  #helloSeen = false;
  /** Number of lines that the probe says it printed; null before its last line. */
  #lines: number | null = null;
  #highest = -1;
  #cuts = 0;
  #damaged = 0;
  /** Settles when the probe has ended and nothing is missing any more, or what is missing was said. Never rejects. */
  readonly ended: Promise<void>;

  constructor(options: ProbeStreamOptions) {
    this.#options = options;
    this.#hello.promise.catch(() => undefined);
    this.ended = this.#run();
  }

  /** The probe's first line; rejects when the stream ends without it. */
  get hello(): Promise<ProbeHello> {
    return this.#hello.promise;
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    try {
      await this.#follow();
      if (this.#lines === null || this.#missing().length > 0) await this.#fill();
    } catch (error) {
      const reason = signal.aborted
        ? 'the stream was ended before the probe'
        : `the stream broke: ${error instanceof Error ? error.message : String(error)}`;
      if (signal.reason !== drillGivenUp) this.#trouble('stream', reason);
    }
    this.#hello.reject(new Error(`probe ${this.#options.probe} ended without its first line`));
    if (signal.reason !== drillGivenUp) this.#sayWhatIsMissing();
  }

  async #follow(): Promise<void> {
    const { kube, pod, carried, signal } = this.#options;
    try {
      if (carried !== undefined) {
        await this.#takeAll(carried(signal));
        return;
      }
    } catch (error) {
      if (!(error instanceof NotCarried)) throw error;
      this.#cuts += 1;
    }
    const log = followLog(kube, pod, { signal, onCut: () => (this.#cuts += 1) });
    await this.#takeAll(parsed(log));
  }

  async #takeAll(source: AsyncIterable<readonly ProbeLine[]>): Promise<void> {
    for await (const lines of source) {
      for (const line of lines) this.#take(line);
      if (this.#lines !== null) return;
    }
  }

  /** The whole log once more, for lines that a cut has swallowed. */
  async #fill(): Promise<void> {
    const { kube, pod, signal } = this.#options;
    for (const line of await readLog(kube, pod, signal)) this.#take(parseProbeLine(line));
  }

  #take(line: ProbeLine): void {
    switch (line.kind) {
      case 'lookup':
        this.#highest = Math.max(this.#highest, line.lookup.seq);
        if (this.#seen.add(line.lookup.seq))
          this.#options.append({ type: 'observation', probe: this.#options.probe, ...line.lookup });
        return;
      case 'lookups':
        this.#takeBatch(line.batch, line.seqs);
        return;
      case 'hello':
        if (this.#helloSeen) return;
        this.#helloSeen = true;
        this.#options.onHello(line.hello);
        this.#hello.resolve(line.hello);
        return;
      case 'end':
        this.#lines = line.lines;
        return;
      case 'trouble':
        this.#trouble('probe', line.message);
        return;
      case 'damaged':
        // A thousand damaged lines need one entry; the lookups in them are missing, and said to be.
        this.#damaged += 1;
        if (this.#damaged === 1) this.#trouble('stream', line.message);
        return;
    }
  }

  /** A stream that was cut begins again some seconds before: of a batch that came already nothing is new. */
  #takeBatch(batch: Omit<LookupBatch, 'type' | 'probe'>, seqs: readonly number[]): void {
    this.#highest = Math.max(this.#highest, ...seqs);
    const isNew = seqs.map((seq) => this.#seen.add(seq));
    if (!isNew.includes(true)) return;
    const rows = batch.rows.filter((_, at) => isNew[Math.floor(at / rowLength)]);
    this.#options.append({ type: 'lookups', probe: this.#options.probe, ...batch, rows });
  }

  #missing(): readonly number[] {
    return this.#seen.missingBelow(this.#lines ?? this.#highest + 1);
  }

  #sayWhatIsMissing(): void {
    if (this.#lines === null && !this.#options.signal.aborted)
      this.#trouble('stream', 'the probe ended without its last line, so lookups may be missing');
    const missing = this.#missing();
    if (missing.length > 0)
      this.#trouble(
        'gap',
        `${missing.length} lookups are missing after ${this.#cuts} cuts of the stream: ${seqRanges(missing)}`,
      );
  }

  #trouble(what: Trouble['what'], message: string): void {
    this.#options.append({ type: 'trouble', atNs: nowNs(), what, probe: this.#options.probe, message });
  }
}

async function* parsed(log: AsyncIterable<readonly string[]>): AsyncGenerator<readonly ProbeLine[]> {
  for await (const lines of log) yield lines.map(parseProbeLine);
}
