import { refuseUnfitArchive } from '../../image/refuse-archive.ts';
import { refuseUnfitBinary } from '../../image/refuse-binary.ts';
import { refuseStranger } from '../../image/refuse-stranger.ts';
import { refuseUnusableCache } from './cache-needs.ts';
import type { NodeCacheSource } from './embedded-images.ts';
import { refuseUnfitMachine } from './machine-needs.ts';

/**
 * Refuses what the embedded cluster can't come up with, before anything is installed, built or written: what the user gave first, then the
 * machine.
 */
export async function refuseUnfit(nodeCache: NodeCacheSource, signal: AbortSignal): Promise<void> {
  await refuseUnusableCache();
  if (nodeCache.binary !== undefined) await refuseUnfitBinary(nodeCache.binary);
  if (nodeCache.image !== undefined) await refuseUnfitArchive(nodeCache.image);
  await refuseUnfitMachine(signal);
  if (nodeCache.binary !== undefined) await refuseStranger(nodeCache.binary, signal);
}
