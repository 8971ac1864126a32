import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Journal } from './journal.ts';
import { JournalBytes } from './journal-bytes.ts';
import { JournalError } from './journal-error.ts';

/**
 * Reads a journal of any length, plain or gzipped (told by its first bytes, not by its name). One whose recorder was killed, so that its last
 * line is cut off or its end is missing, has a trouble `aborted`.
 * @throws JournalError when it is damaged, or not what was sealed
 */
export async function readJournal(path: string): Promise<Journal> {
  try {
    return await ((await isGzip(path)) ? readPacked(path) : readPlain(path));
  } catch (error) {
    if (error instanceof JournalError) throw new JournalError(`${path}: ${error.message}`, error.line, error);
    throw new JournalError(`${path} can't be read: ${wordsOf(error)}`, null, error);
  }
}

/** Large enough that a chunk costs nothing beside its lines, and small beside what is kept of them. */
const chunkBytes = 256 * 1024;

async function readPlain(path: string): Promise<Journal> {
  await using file = await open(path);
  const bytes = new JournalBytes();
  const buffer = Buffer.alloc(chunkBytes);
  for (;;) {
    const { bytesRead } = await file.read(buffer);
    if (bytesRead === 0) return bytes.journal();
    bytes.add(buffer.subarray(0, bytesRead));
  }
}

/** Read to its end even where a line is damaged: when the compression is damaged too, that is what has to be said. */
async function readPacked(path: string): Promise<Journal> {
  const bytes = new JournalBytes();
  let damage: unknown = null;
  const packed = createReadStream(path, { highWaterMark: chunkBytes });
  await pipeline(packed, createGunzip({ chunkSize: chunkBytes }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      if (damage !== null) continue;
      try {
        bytes.add(chunk);
      } catch (error) {
        damage = error;
      }
    }
  }).catch((error: unknown) => {
    if (!isZlibError(error)) throw error;
    throw new JournalError(`the compressed journal is damaged or cut off: ${wordsOf(error)}`, null, error);
  });
  if (damage !== null) throw damage as Error;
  return bytes.journal();
}

async function isGzip(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return buffer[0] === 0x1f && buffer[1] === 0x8b;
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
