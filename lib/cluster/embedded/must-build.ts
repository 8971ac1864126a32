import { stat } from 'node:fs/promises';
import { componentsFolder } from '../../build/components.ts';
import { expectedGo } from '../../build/go-toolchain.ts';
import { probeProgramsFolder } from '../../build/probe-programs.ts';
import { noProgress } from '../../build/progress.ts';
import type { EmbeddedSettings } from '../../config/embedded-settings.ts';
import { imagesFolder } from './images-folder.ts';
import { cacheDir } from './paths.ts';

/** What the next start would build: neither prebuilt nor in the cache. */
export async function mustBuild(
  settings: Pick<EmbeddedSettings, 'programs' | 'images'>,
  signal: AbortSignal,
): Promise<{ readonly programs: boolean; readonly images: boolean }> {
  if (settings.programs !== undefined && settings.images !== undefined) return { programs: false, images: false };
  const go = await expectedGo({ cacheDir: cacheDir(), signal, progress: noProgress });
  const programs = settings.programs ?? (await componentsFolder(cacheDir(), go));
  const images = settings.images ?? (await imagesFolder(programs, await probeProgramsFolder(cacheDir(), go)));
  return { programs: !(await isThere(programs)), images: !(await isThere(images)) };
}

async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
