import { buildComponents } from '../../build/components.ts';
import { embeddedPackages, ensureDebianPackages } from '../../build/debian-packages.ts';
import type { Progress } from '../../build/progress.ts';
import { archiveReference } from '../../image/archive-reference.ts';
import { refuseUnfitArchive } from '../../image/refuse-archive.ts';
import { refuseUnfitBinary } from '../../image/refuse-binary.ts';
import { buildEmbeddedImages, buildProbeImage, type NodeCacheSource } from '../embedded/embedded-images.ts';
import { cacheDir } from '../embedded/paths.ts';
import type { NodeCacheFacts } from '../node-cache-facts.ts';
import type { Engine } from './engine.ts';
import { pullNodeCache } from './pull-node-cache.ts';
import { runKind } from './run-kind.ts';

/** Images that a kind cluster's nodes are given; what the cluster itself needs is in the node image. */
export interface KindImages {
  readonly archives: readonly string[];
  readonly nodeCacheReference: string;
  readonly nodeCacheFacts: Omit<NodeCacheFacts, 'linkMadeByInitContainer'>;
}

export interface PrepareKindImages {
  readonly engine: Pick<Engine, 'name'>;
  readonly nodeCache: NodeCacheSource;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * What is not in the cache yet is pulled or built. With the real node-cache, the user's or the pulled one, nothing of Kubernetes is built and no root
 * is needed; without it, the stand-in comes from the embedded cluster's programs.
 */
export async function prepareKindImages(options: PrepareKindImages): Promise<KindImages> {
  const { engine, nodeCache, signal, progress } = options;
  if (nodeCache.image !== undefined) await refuseUnfitArchive(nodeCache.image);
  if (nodeCache.binary !== undefined) await refuseUnfitBinary(nodeCache.binary);
  const image =
    nodeCache.image ?? (nodeCache.binary === undefined ? await pullNodeCache(engine, { signal, progress }) : null);
  if (image === null) return withStandIn(options);
  const reference = await archiveReference(image);
  return {
    archives: [image, await buildProbeImage(signal, progress)],
    nodeCacheReference: reference,
    nodeCacheFacts: {
      program: reference,
      version: reference.slice(reference.lastIndexOf(':') + 1),
      standIn: false,
    },
  };
}

async function withStandIn({ nodeCache, signal, progress }: PrepareKindImages): Promise<KindImages> {
  await ensureDebianPackages(embeddedPackages, signal, progress);
  const programs = await buildComponents(cacheDir(), signal, progress);
  const images = await buildEmbeddedImages({ programs, nodeCache, signal, progress });
  return {
    archives: [...images.nodeCache, images.probe],
    nodeCacheReference: images.nodeCacheReference,
    nodeCacheFacts: images.nodeCacheFacts,
  };
}

/** The stand-in's archive: its `ip` makes the link where the kernel has no `dummy`, whatever plays node-cache. */
export async function buildStandIn(options: PrepareKindImages): Promise<{ readonly standIn: string }> {
  const [standIn = ''] = (await withStandIn({ ...options, nodeCache: {} })).archives;
  return { standIn };
}

export interface LoadKindImages {
  readonly kind: string;
  readonly engine: Engine;
  readonly cluster: string;
  readonly archives: readonly string[];
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Loads them into each node. */
export async function loadKindImages(options: LoadKindImages): Promise<void> {
  const { kind, engine, cluster, archives, signal, progress } = options;
  for (const archive of archives) {
    progress('images', `loading ${archive} into each node`);
    await runKind(['load', 'image-archive', archive, '--name', cluster], { kind, engine, signal });
  }
}
