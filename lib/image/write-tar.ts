import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';

/** Times are 0 and owners root, so that the same files give the same bytes. */
export const owner = { uid: 0, gid: 0, mtime: new Date(0) };

/** A file is streamed: as one buffer, Node's own program would cost half a gigabyte. */
export async function addStream(
  archive: Pack,
  file: { readonly name: string; readonly size: number; readonly mode: number },
  content: Readable,
): Promise<void> {
  const entry = archive.entry({ ...file, type: 'file', ...owner });
  if (file.size === 0) entry.end(undefined);
  else await pipeline(content, entry);
}

/** Writes a tar of what `fill` adds. When it fails, nothing of it goes on: the file can be taken away. */
export async function writeTar(path: string, fill: (archive: Pack) => Promise<void>): Promise<void> {
  // Opened first: a stream that opens by itself could make the file anew after it was taken away.
  const file = await open(path, 'w');
  const archive = pack();
  const written = pipeline(archive, file.createWriteStream());
  const filled = fill(archive).then(() => {
    archive.finalize();
  });
  try {
    await Promise.all([filled, written]);
  } catch (error) {
    archive.destroy();
    await Promise.allSettled([filled, written]);
    throw error;
  }
}
