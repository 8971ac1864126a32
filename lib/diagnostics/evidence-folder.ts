import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { redactObject } from './redact-object.ts';
import { redactText } from './redact-text.ts';

/** Bounds in bytes: an issue's attachment is limited to 25 MB, and nobody reads more of one log. */
export interface EvidenceLimits {
  readonly perFile: number;
  readonly inAll: number;
}

const evidenceLimits: EvidenceLimits = { perFile: 256 * 1024, inAll: 8 * 1024 * 1024 };

/**
 * A folder of evidence that may be shown to strangers: all that is written goes through redaction and is bounded here, so that nobody
 * can forget either. What was cut, left out or could not be had is in its index.
 */
export class EvidenceFolder {
  readonly #path: string;
  readonly #limits: EvidenceLimits;
  readonly #index: string[] = [];
  #left: number;

  constructor(path: string, limits: EvidenceLimits = evidenceLimits) {
    this.#path = path;
    this.#limits = limits;
    this.#left = limits.inAll;
  }

  /** A log: where it is too long its end is kept. */
  async addLog(name: string, text: string): Promise<void> {
    await this.#write(name, redactText(text), 'end');
  }

  /** An object of the API as YAML: where it is too long its beginning is kept. */
  async addObject(name: string, object: unknown): Promise<void> {
    await this.#write(name, stringify(redactObject(object), { version: '1.1' }), 'beginning');
  }

  /** Something that is not here, and why. */
  note(text: string): void {
    this.#index.push(`- ${redactText(text).replaceAll('\n', ' ')}`);
  }

  /** Does something that may fail, which is noted and stops nothing. */
  async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.note(`${what}: not to be had: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async finish(title: string): Promise<void> {
    await mkdir(this.#path, { recursive: true });
    await writeFile(join(this.#path, 'index.md'), `${[`# ${title}`, '', ...this.#index].join('\n')}\n`);
  }

  async #write(name: string, text: string, keep: 'end' | 'beginning'): Promise<void> {
    const bytes = Buffer.from(text);
    const room = Math.min(this.#limits.perFile, this.#left);
    if (room === 0) {
      this.note(`${name}: left out, as the folder has reached its limit of ${this.#limits.inAll} bytes`);
      return;
    }
    const kept = bytes.length <= room ? bytes : cutAtLine(bytes, room, keep);
    this.#left -= kept.length;
    const path = join(this.#path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, kept);
    this.note(
      `${name}${kept.length < bytes.length ? `: cut, the ${keep} is kept (${kept.length} of ${bytes.length} bytes)` : ''}`,
    );
  }
}

/** Whole lines only, as far as there are any. */
function cutAtLine(bytes: Buffer, room: number, keep: 'end' | 'beginning'): Buffer {
  if (keep === 'beginning') {
    const end = bytes.lastIndexOf(newline, room - 1);
    return bytes.subarray(0, end < 0 ? room : end + 1);
  }
  const from = bytes.length - room;
  const begin = bytes.indexOf(newline, from);
  return bytes.subarray(begin < 0 || begin === bytes.length - 1 ? from : begin + 1);
}

const newline = 0x0a;
