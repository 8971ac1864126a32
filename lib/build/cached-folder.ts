import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Returns `folder`, made by `build` if it is not there. It is built beside and renamed, so that a folder under its own name is whole, however
 * the build before was interrupted. Two builds at once are both right; the later one is thrown away.
 */
export async function cachedFolder(folder: string, build: (into: string) => Promise<void>): Promise<string> {
  if (await isFolder(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const beside = await mkdtemp(`${folder}.building-`);
  try {
    await build(beside);
    await rename(beside, folder);
  } catch (error) {
    if (!(await isFolder(folder))) throw error;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return folder;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
