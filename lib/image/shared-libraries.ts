import { realpath } from 'node:fs/promises';
import { execa } from 'execa';
import type { ImageFile } from './image-layer.ts';

/** The shared libraries that `ldd` names for a program of this machine, and its loader, at the paths where the program looks for them. */
export async function sharedLibraries(program: string): Promise<readonly ImageFile[]> {
  const { stdout } = await execa('ldd', [program], { reject: false });
  const paths = [...stdout.matchAll(/(?:=>\s+)?(\/\S+)\s+\(0x/g)].flatMap(([, path]) =>
    path === undefined ? [] : [path],
  );
  return Promise.all(paths.map(async (path) => ({ path, from: await realpath(path) })));
}
