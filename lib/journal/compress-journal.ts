import { createReadStream, createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Writes `<path>.gz` beside the journal, complete or not at all, and gives its path. The journal itself stays. */
export async function compressJournal(path: string): Promise<string> {
  const target = `${path}.gz`;
  const unfinished = `${target}.part`;
  await pipeline(createReadStream(path), createGzip({ level: 9 }), createWriteStream(unfinished));
  await rename(unfinished, target);
  return target;
}
