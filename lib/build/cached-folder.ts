import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeBuildingFolder, sweepBuildingFolders, type BuildingFolder } from './building-folder.ts';
import type { Progress } from './progress.ts';

/** Where a build works: `into` becomes the cached folder, `scratch` is for temporary files and goes in any case. */
export interface BuildPlace {
  readonly into: string;
  readonly scratch: string;
}

interface CachedFolderOptions {
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly build: (place: BuildPlace) => Promise<void>;
}

/**
 * Returns `folder`, made by `build` if it is not there. It is built beside and renamed, so that a folder under its own name is whole, however
 * the build before was interrupted; what killed builds left is swept first. Where another process is building the same, its result is waited
 * for; two that begin in the same moment are both right, and the later one is thrown away.
 * @throws what `build` throws, and the signal's reason
 */
export async function cachedFolder(folder: string, { signal, progress, build }: CachedFolderOptions): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  await otherBuilds(folder, signal, progress);
  if (await isFolder(folder)) return folder;
  const beside = await makeBuildingFolder(folder);
  const place = { into: join(beside.path, 'whole'), scratch: join(beside.path, 'scratch') };
  try {
    await mkdir(place.into);
    await mkdir(place.scratch);
    await build(place);
    await rename(place.into, folder);
  } catch (error) {
    signal.throwIfAborted();
    if (!(await isFolder(folder))) throw error;
  } finally {
    await rm(beside.path, { recursive: true, force: true });
  }
  return folder;
}

/** Returns when nobody else builds `folder`. */
async function otherBuilds(folder: string, signal: AbortSignal, progress: Progress): Promise<void> {
  let said = false;
  for (;;) {
    const other = (await sweepBuildingFolders(dirname(folder))).find(({ target }) => target === folder);
    if (other === undefined) return;
    if (!said) progress('waiting', `for ${inWords(other)}, which is building the same`);
    said = true;
    await sleep(500, undefined, { signal });
  }
}

function inWords({ builder, target }: BuildingFolder): string {
  return `process ${builder.pid} (${basename(dirname(target))})`;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
