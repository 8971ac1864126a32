import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';

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
