import { interrupted } from './interrupted.ts';
import type { Journal } from './journal.ts';
import { JournalError } from './journal-error.ts';
import { JournalParser } from './parse-journal.ts';
import { Sealer } from './seal.ts';

/** A journal from its bytes as they come, in chunks that may end anywhere. Nothing of a chunk stays but its last line, where that has not ended. */
export class JournalBytes {
  readonly #sealer = new Sealer();
  readonly #parser = new JournalParser((seal) => {
    this.#seal(lengthOf(this.#parsed, this.#whole), this.#parsed);
    this.#sealer.hold(seal);
  });
  /** Of a line that has not ended. */
  readonly #rest: Buffer[] = [];
  /** Whole lines, how many of them are parsed, and what the sealer has of them: a seal is no part of what it seals. */
  #whole: Buffer = Buffer.alloc(0);
  #parsed = 0;
  #sealed = { bytes: 0, lines: 0 };

  /** The chunk is free to be used again afterwards. */
  add(chunk: Buffer): void {
    const first = this.#rest.length === 0 ? 0 : chunk.indexOf(newline) + 1;
    const last = chunk.lastIndexOf(newline) + 1;
    if (first > 0) this.#take(Buffer.concat([...this.#rest.splice(0), chunk.subarray(0, first)]));
    if (first < last) this.#take(chunk.subarray(first, last));
    if (last < chunk.length) this.#rest.push(Buffer.from(chunk.subarray(last)));
  }

  /** The journal, when there are no more bytes. */
  journal(): Journal {
    const rest = Buffer.concat(this.#rest);
    const { lines } = this.#sealer.seal();
    if (lines === 0 && rest[0] === openingBrace)
      throw new JournalError(
        `the journal is cut off in its first line, after ${rest.length} bytes: nothing can be judged`,
        1,
      );
    const journal = this.#parser.journal();
    if (rest.length > 0)
      return interrupted(
        journal,
        `the recorder was killed: its last line, ${lines + 1}, is cut off after ${rest.length} bytes`,
      );
    return this.#sealer.held || journal.phases.some(({ phase }) => phase === 'end')
      ? journal
      : interrupted(journal, 'the recorder was killed: the journal has no end');
  }

  /** Made a string all at once, which costs half as much as line by line. */
  #take(whole: Buffer): void {
    this.#whole = whole;
    this.#parsed = 0;
    this.#sealed = { bytes: 0, lines: 0 };
    const text = whole.toString('utf8');
    for (let from = 0; from < text.length;) {
      const to = text.indexOf('\n', from);
      this.#parser.add(text.slice(from, to));
      this.#parsed += 1;
      from = to + 1;
    }
    this.#seal(whole.length, this.#parsed);
  }

  /** Up to so many bytes, which are so many lines, of `#whole`. */
  #seal(bytes: number, lines: number): void {
    this.#sealer.add(this.#whole.subarray(this.#sealed.bytes, bytes), lines - this.#sealed.lines);
    this.#sealed = { bytes, lines };
  }
}

function lengthOf(lines: number, bytes: Buffer): number {
  let length = 0;
  for (let line = 0; line < lines; line++) length = bytes.indexOf(newline, length) + 1;
  return length;
}

const newline = 0x0a;
const openingBrace = 0x7b;
