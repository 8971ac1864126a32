import { writeSync } from 'node:fs';

const standardOutput = 1;

let pending = '';

/** Adds one JSON object, as a line of its own, to what flushLines() writes; times (bigint) are printed as exact numbers. */
export function printLine(value: unknown): void {
  pending += `${toJson(value)}\n`;
}

/** Writes what was gathered, at once. */
export function flushLines(): void {
  const bytes = Buffer.from(pending);
  pending = '';
  for (let written = 0; written < bytes.length;) written += writeSome(bytes.subarray(written));
}

/** JSON.stringify() refuses bigint, and a nanosecond clock may outgrow the exact integers of a double. */
function toJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${toJson(member)}`)
    .join(',')}}`;
}

function writeSome(bytes: Uint8Array): number {
  for (;;) {
    try {
      return writeSync(standardOutput, bytes);
    } catch (error) {
      // The reader's end of the pipe may have been made non-blocking, which holds for both ends.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
