import { cp, readdir, readlink, symlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from '../../build/cached-folder.ts';
import { buildComponents, componentsSource, componentVersions } from '../../build/components.ts';
import { embeddedPackages, ensureDebianPackages, packageVersions } from '../../build/debian-packages.ts';
import { goToolchain } from '../../build/go-toolchain.ts';
import { writePrebuiltManifest, type PrebuiltManifest } from '../../build/prebuilt-manifest.ts';
import type { Progress } from '../../build/progress.ts';
import { buildImages } from './embedded-images.ts';
import { imagesSource } from './images-folder.ts';
import { cacheDir } from './paths.ts';

/**
 * Copies programs and images, built first where they are not, into `folder/programs` and `folder/images`, each with a manifest.
 * @returns the two folders
 * @throws when one of them is there already
 */
export async function exportCache(folder: string, signal: AbortSignal, progress: Progress) {
  const out = { programs: join(folder, 'programs'), images: join(folder, 'images') };
  for (const path of Object.values(out)) await refuseExisting(path);
  await ensureDebianPackages(embeddedPackages, signal, progress);
  const go = await goToolchain({ cacheDir: cacheDir(), signal, progress });
  const programs = await buildComponents(cacheDir(), signal, progress);
  const images = await buildImages(programs, signal, progress);
  const { version: goVersion } = go;
  const upstream = await componentVersions();
  const write = async (
    kind: PrebuiltManifest['kind'],
    from: string,
    about: Pick<PrebuiltManifest, 'source' | 'versions'>,
  ) => {
    progress('export', out[kind]);
    await cachedFolder(out[kind], {
      signal,
      progress,
      build: async ({ into }) => {
        await copyFlat(from, into);
        await writePrebuiltManifest(into, { kind, arch: process.arch, ...about });
      },
    });
  };
  await write('programs', programs, { source: await componentsSource(), versions: { ...upstream, go: goVersion } });
  await write('images', images, {
    source: await imagesSource(),
    versions: { ...upstream, go: goVersion, ...(await packageVersions(imagePackages, signal)) },
  });
  return out;
}

/** Debian packages whose programs are in the images. */
const imagePackages = ['iptables', 'iproute2', 'busybox-static', 'libc6'];

async function refuseExisting(path: string): Promise<void> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (there) throw new ExportRefused(`${path} is there already: name another folder, or remove it first`);
}

/** The export can't be written where it was asked for. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused';
}

/** Links stay links, as they are. */
async function copyFlat(from: string, into: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(into, entry.name)];
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await cp(source, target);
  }
}
