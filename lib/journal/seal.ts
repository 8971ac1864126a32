import { createHash, type Hash } from 'node:crypto';
import type { Seal } from './entry.ts';
import { JournalError } from './journal-error.ts';

/** Counts and hashes a journal's lines, with their line ends, to write its seal or to hold it to the one that it has. */
export class Sealer {
  readonly #hash: Hash = createHash('sha256');
  #lines = 0;
  #held = false;

  /** True when a seal was there and fitted. */
  get held(): boolean {
    return this.#held;
  }

  add(lines: Uint8Array, count: number): void {
    this.#hash.update(lines);
    this.#lines += count;
  }

  /** The seal of what was added so far; more may be added afterwards. */
  seal(): Seal {
    return { type: 'seal', lines: this.#lines, sha256: this.#hash.copy().digest('hex') };
  }

  /** @throws JournalError when the journal is not what was sealed. No secret is in a seal: it shows accidents and careless hands, no forger. */
  hold(seal: Seal): void {
    const own = this.seal();
    this.#held = own.lines === seal.lines && own.sha256 === seal.sha256;
    if (this.#held) return;
    const what =
      own.lines === seal.lines
        ? 'one of its lines was changed'
        : `it has ${own.lines} lines, and ${seal.lines} were written`;
    throw new JournalError(`the journal does not match the seal on its last line: ${what}`, own.lines + 1);
  }
}
