/** A journal that cannot be read. The message is one sentence; `line` counts from 1, null when it concerns no single line. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly line: number | null;

  constructor(message: string, line: number | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.line = line;
  }
}
