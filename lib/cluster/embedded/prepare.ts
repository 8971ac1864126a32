import { resolve } from 'node:path';
import { checkPrebuilt } from '../../build/check-prebuilt.ts';
import { buildComponents, componentsSource } from '../../build/components.ts';
import { embeddedPackages, ensureDebianPackages } from '../../build/debian-packages.ts';
import type { Progress } from '../../build/progress.ts';
import type { EmbeddedSettings } from '../../config/embedded-settings.ts';
import { buildEmbeddedImages, type EmbeddedImages, type NodeCacheSource } from './embedded-images.ts';
import { imagesSource } from './images-folder.ts';
import { cacheDir } from './paths.ts';

export interface Prepare {
  readonly settings: Pick<EmbeddedSettings, 'programs' | 'images'>;
  readonly nodeCache: NodeCacheSource;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Called when the packages are there, and nothing is built yet. */
  readonly packagesReady?: () => Promise<void>;
}

/**
 * Packages, programs and images, as far as they are not there yet; prebuilt ones that the settings name are checked and taken. With both
 * prebuilt neither Go nor a C compiler is needed.
 * @throws ConfigError for a prebuilt folder that can't be used, before anything is installed
 */
export async function prepare({
  settings,
  nodeCache,
  signal,
  progress,
  packagesReady = () => Promise.resolve(),
}: Prepare): Promise<{ readonly programs: string; readonly images: EmbeddedImages }> {
  const prebuilt = await prebuiltFolders(settings);
  await ensureDebianPackages(embeddedPackages, signal, progress);
  await packagesReady();
  const programs = prebuilt.programs ?? (await buildComponents(cacheDir(), signal, progress));
  const images = await buildEmbeddedImages({ programs, prebuilt: prebuilt.images, nodeCache, signal, progress });
  return { programs, images };
}

async function prebuiltFolders({ programs, images }: Prepare['settings']) {
  const folders = {
    programs: programs === undefined ? undefined : resolve(programs),
    images: images === undefined ? undefined : resolve(images),
  };
  if (folders.programs !== undefined)
    await checkPrebuilt(folders.programs, { kind: 'programs', source: await componentsSource() });
  if (folders.images !== undefined)
    await checkPrebuilt(folders.images, { kind: 'images', source: await imagesSource() });
  return folders;
}
