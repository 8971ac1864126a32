import { closeSync, openSync, writeSync } from 'node:fs';
import type { Entry } from './entry.ts';
import { JournalError } from './journal-error.ts';
import { Sealer } from './seal.ts';

/** Entries wait at most this long for their write; a reader that follows the file sees them within 250 ms. */
const flushAfterMs = 100;

/** Above this many bytes nobody waits for the timer. */
const flushAtBytes = 256 * 1024;

/**
 * Appends entries to a new journal file in the order of the calls, whole lines at a time. Writes are synchronous: at
 * 200 kB a second they cost nothing, and the order on disk can't differ from the order of the calls.
 */
export class JournalWriter implements Disposable {
  readonly path: string;
  readonly #fd: number;
  readonly #sealer = new Sealer();
  #waiting: string[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  #closed = false;

  /** Creates the file; one that exists is never touched. */
  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'ax');
  }

  /** Throws when an earlier write failed, since every further entry would be lost too. */
  append(entry: Entry): void {
    this.#throwIfFailed();
    if (this.#closed) throw new JournalError(`journal ${this.path} is closed: a "${entry.type}" entry came too late`);
    const line = `${JSON.stringify(entry)}\n`;
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    if (this.#waitingBytes >= flushAtBytes) this.#flush();
    else
      this.#timer ??= setTimeout(() => {
        this.#flush();
      }, flushAfterMs);
  }

  /** Writes what waits and the seal, closes the file, and throws if any write failed. Closing twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#flush();
    this.#waiting.push(`${JSON.stringify(this.#sealer.seal())}\n`);
    this.#flush();
    closeSync(this.#fd);
    this.#throwIfFailed();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#failure !== undefined || this.#waiting.length === 0) return;
    const bytes = Buffer.from(this.#waiting.join(''));
    this.#sealer.add(bytes, this.#waiting.length);
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.#fd, bytes, written);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  #throwIfFailed(): void {
    if (this.#failure === undefined) return;
    throw new JournalError(`journal ${this.path} could not be written: ${this.#failure.message}`, null, this.#failure);
  }
}
