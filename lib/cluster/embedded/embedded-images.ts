import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from '../../build/cached-folder.ts';
import { componentVersions } from '../../build/components.ts';
import { buildProbePrograms } from '../../build/probe-programs.ts';
import type { Progress } from '../../build/progress.ts';
import { archiveReference } from '../../image/archive-reference.ts';
import { nodeCacheImageFiles, usrMerged } from '../../image/node-cache-image.ts';
import { probeImageFiles } from '../../image/probe-image.ts';
import { sharedLibraries } from '../../image/shared-libraries.ts';
import { writeImageArchive } from '../../image/image-archive.ts';
import { binaryImageFolder, imagesFolder, probeImageFolder } from './images-folder.ts';
import { coreDnsImage, nodeCacheImage, pauseImage, probeImage } from '../images.ts';
import { cacheDir } from './paths.ts';
import type { NodeCacheFacts } from '../node-cache-facts.ts';

/** Where node-cache comes from: by path a binary or an image archive of the user's, else the project's stand-in. */
export interface NodeCacheSource {
  readonly binary?: string | undefined;
  readonly image?: string | undefined;
}

/** Image archives, by path, in OCI layout. */
export interface EmbeddedImages {
  readonly pause: string;
  readonly coreDns: string;
  readonly nodeCache: readonly string[];
  readonly nodeCacheReference: string;
  readonly nodeCacheFacts: Omit<NodeCacheFacts, 'linkMadeByInitContainer'>;
  readonly probe: string;
}

export interface BuildEmbeddedImages {
  readonly programs: string;
  /** A folder of images that need not be made. */
  readonly prebuilt?: string | undefined;
  readonly nodeCache: NodeCacheSource;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Makes the archives that are not in the cache yet. A folder of images belongs to one set of programs. */
export async function buildEmbeddedImages({
  programs,
  prebuilt,
  nodeCache,
  signal,
  progress,
}: BuildEmbeddedImages): Promise<EmbeddedImages> {
  const folder = prebuilt ?? (await buildImages(programs, signal, progress));
  const own = await nodeCacheOf(nodeCache, join(folder, 'node-cache.tar'), signal, progress);
  return {
    pause: join(folder, 'pause.tar'),
    coreDns: join(folder, 'coredns.tar'),
    probe: join(folder, probeArchive),
    ...own,
  };
}

/** Makes the archives that do not depend on the configuration, and returns their folder. */
export async function buildImages(programs: string, signal: AbortSignal, progress: Progress): Promise<string> {
  const probePrograms = await buildProbePrograms({ cacheDir: cacheDir(), signal, onProgress: progress });
  return cachedFolder(await imagesFolder(programs, probePrograms), {
    signal,
    progress,
    build: async ({ into }) => {
      progress('images', 'making the images of pause, CoreDNS, node-cache and the probes: 200 MB');
      const entrypoint = (path: string) => ({ entrypoint: [path] });
      await writeImageArchive({
        reference: pauseImage,
        files: [{ path: '/pause', from: join(probePrograms, 'pause'), mode: 0o755 }],
        ...entrypoint('/pause'),
        out: join(into, 'pause.tar'),
      });
      await writeImageArchive({
        reference: coreDnsImage,
        files: [{ path: '/coredns', from: join(programs, 'coredns'), mode: 0o755 }],
        ...entrypoint('/coredns'),
        out: join(into, 'coredns.tar'),
      });
      await writeImageArchive({
        reference: nodeCacheImage,
        files: await nodeCacheImageFiles(join(programs, 'node-cache')),
        ...entrypoint('/node-cache'),
        out: join(into, 'node-cache.tar'),
      });
      await writeProbeImage(probePrograms, into);
    },
  });
}

/** The probes' image alone: all that a cluster with the real node-cache and images of its own needs. */
export async function buildProbeImage(signal: AbortSignal, progress: Progress): Promise<string> {
  const probePrograms = await buildProbePrograms({ cacheDir: cacheDir(), signal, onProgress: progress });
  const folder = await cachedFolder(probeImageFolder(probePrograms), {
    signal,
    progress,
    build: ({ into }) => writeProbeImage(probePrograms, into),
  });
  return join(folder, probeArchive);
}

const probeArchive = 'probe.tar';

async function writeProbeImage(probePrograms: string, into: string): Promise<void> {
  await writeImageArchive({
    reference: probeImage,
    files: await probeImageFiles(probePrograms),
    entrypoint: ['/agent', 'hold'],
    out: join(into, probeArchive),
  });
}

type NodeCacheImages = Pick<EmbeddedImages, 'nodeCache' | 'nodeCacheReference' | 'nodeCacheFacts'>;

/** The stand-in's image is always there: its `ip` makes the link where the kernel has no `dummy`. */
async function nodeCacheOf(
  { binary, image }: NodeCacheSource,
  standIn: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<NodeCacheImages> {
  signal.throwIfAborted();
  if (binary !== undefined) {
    const digest = createHash('sha256')
      .update(await readFile(binary))
      .digest('hex')
      .slice(0, 16);
    const reference = `localhost/nodelocal-drill-node-cache-binary:${digest}`;
    const folder = await cachedFolder(binaryImageFolder(digest), {
      signal,
      progress,
      build: async ({ into }) => {
        await writeImageArchive({
          reference,
          files: [...usrMerged(await sharedLibraries(binary)), ...(await nodeCacheImageFiles(binary))],
          entrypoint: ['/node-cache'],
          out: join(into, 'node-cache.tar'),
        });
      },
    });
    return {
      nodeCache: [standIn, join(folder, 'node-cache.tar')],
      nodeCacheReference: reference,
      nodeCacheFacts: { program: binary, version: `sha256:${digest}`, standIn: false },
    };
  }
  if (image !== undefined) {
    // The embedded nodes have no uplink, so a reference alone could never be pulled.
    const reference = await archiveReference(image);
    const version = reference.slice(reference.lastIndexOf(':') + 1);
    return {
      nodeCache: [standIn, image],
      nodeCacheReference: reference,
      nodeCacheFacts: { program: reference, version, standIn: false },
    };
  }
  const { coreDns } = await componentVersions();
  return {
    nodeCache: [standIn],
    nodeCacheReference: nodeCacheImage,
    nodeCacheFacts: { program: `stand-in on CoreDNS ${coreDns.slice(1)}`, version: `1.26.8 (stand-in)`, standIn: true },
  };
}
