import { rm } from 'node:fs/promises';
import type { CacheEntry } from './cache-contents.ts';

/**
 * What may be removed: with `staleOnly` what no start of this checkout would use, else everything.
 * @throws when all shall go and something is being built or a cluster runs from it, naming who
 */
export function removable(entries: readonly CacheEntry[], staleOnly: boolean): readonly CacheEntry[] {
  if (staleOnly) return entries.filter(({ state }) => state === 'stale');
  const building = entries.find(({ state }) => state === 'building');
  if (building !== undefined)
    throw new CacheInUse(`${building.by ?? 'a process'} is building ${building.path}: let it end first`);
  const used = entries.find(({ state }) => state === 'in use');
  if (used !== undefined)
    throw new CacheInUse(
      `${used.by ?? 'a cluster'} runs from ${used.path}: put it away first (npx nodelocal-drill cluster down)`,
    );
  return entries;
}

/** The cache can't be cleared now. */
export class CacheInUse extends Error {
  override readonly name = 'CacheInUse';
}

export async function removeEntries(entries: readonly CacheEntry[]): Promise<void> {
  for (const { path } of entries) await rm(path, { recursive: true, force: true });
}
