import { writeSync } from 'node:fs';

const standardOutput = 1;

/** Prints one JSON object as a line of its own, at once; times (bigint) are printed as exact numbers. */
export function printLine(value: unknown): void {
  const line = Buffer.from(`${toJson(value)}\n`);
  for (let written = 0; written < line.length;) written += writeSome(line.subarray(written));
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
