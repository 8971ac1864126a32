import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Pack } from 'tar-stream';
import { addStream, owner, writeTar } from './write-tar.ts';

/** One entry of an image's only layer; paths are absolute. Parent folders come by themselves. */
export type ImageFile =
  | { readonly path: string; readonly from: string; readonly mode?: number }
  | { readonly path: string; readonly text: string; readonly mode?: number }
  | { readonly path: string; readonly linkTo: string }
  | { readonly path: string; readonly folder: true; readonly mode?: number };

/** Writes the files as a tar, in the order of their paths, whatever order they come in; of two with one path the last counts. */
export async function writeLayer(files: readonly ImageFile[], path: string): Promise<void> {
  const byPath = [...new Map(files.map((file) => [file.path, file])).values()].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  await writeTar(path, async (layer) => {
    const folders = new Set<string>();
    for (const file of byPath) {
      for (const parent of parents(file.path)) {
        if (!folders.has(parent))
          layer.entry({ name: `${parent.slice(1)}/`, type: 'directory', mode: 0o755, ...owner });
        folders.add(parent);
      }
      await addFile(layer, file);
      if ('folder' in file) folders.add(file.path);
    }
  });
}

async function addFile(layer: Pack, file: ImageFile): Promise<void> {
  const name = file.path.slice(1);
  if ('linkTo' in file) layer.entry({ name, type: 'symlink', linkname: file.linkTo, ...owner });
  else if ('folder' in file) layer.entry({ name: `${name}/`, type: 'directory', mode: file.mode ?? 0o755, ...owner });
  else if ('text' in file)
    await addStream(
      layer,
      { name, size: Buffer.byteLength(file.text), mode: file.mode ?? 0o644 },
      Readable.from([Buffer.from(file.text)]),
    );
  else {
    const { size, mode } = await stat(file.from);
    await addStream(layer, { name, size, mode: file.mode ?? mode & 0o777 }, createReadStream(file.from));
  }
}

function parents(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
}
