import { resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { cacheContents, shortName, type CacheEntry } from '../cluster/embedded/cache-contents.ts';
import { CacheInUse, removable, removeEntries } from '../cluster/embedded/clear-cache.ts';
import { exportCache, ExportRefused } from '../cluster/embedded/export-cache.ts';
import { cacheDir } from '../cluster/embedded/paths.ts';
import { loadConfig } from '../config/load-config.ts';
import { bytesInWords } from './bytes-in-words.ts';
import { progressLines } from './progress-lines.ts';
import { UsageError } from './usage-error.ts';

/** `nodelocal-drill cache …`: what was built once and is kept. */
export function cacheCommand(signal: AbortSignal): Command {
  const command = new Command('cache').description('what is built once and kept: programs, images, compilers');
  const contents = async () => cacheContents((await loadConfig()).nodeLocal.binary, signal);
  command
    .command('show', { isDefault: true })
    .description('what is there, how large, and whether this version uses it')
    .action(async () => {
      process.stdout.write(cacheTable(cacheDir(), await contents()));
    });
  command
    .command('clear')
    .description('remove all of it; the next start builds anew')
    .option('--stale', 'only what this version does not use', false)
    .action(async ({ stale }) => {
      const entries = asUsage(removable)(await contents(), stale);
      await removeEntries(entries);
      process.stdout.write(`Removed ${bytesInWords(sum(entries))} from ${cacheDir()}.\n`);
    });
  command
    .command('export')
    .description(
      'copy programs and images, built if need be, into a folder from which other machines can run without building',
    )
    .argument('<folder>', 'a new folder')
    .action(async (folder) => {
      const out = await exportCache(resolve(folder), signal, progressLines()).catch(rethrowAsUsage);
      process.stdout.write(
        `In drill.config.ts, where that folder is at hand:\n  cluster: { embedded: { programs: '${out.programs}', images: '${out.images}' } },\n`,
      );
    });
  return command;
}

/** One row for each entry, then the sum. */
export function cacheTable(dir: string, entries: readonly CacheEntry[]): string {
  const rows = [...entries]
    .sort((a, b) => b.bytes - a.bytes)
    .map((entry) => {
      const by = entry.by === null ? '' : ` (${entry.by})`;
      return `${bytesInWords(entry.bytes).padStart(8)}  ${shortName(entry).padEnd(26)}  ${entry.what}: ${entry.state}${by}`;
    });
  const stale = entries.filter(({ state }) => state === 'stale');
  const hint =
    stale.length === 0 ? '' : `, of which ${bytesInWords(sum(stale))} stale: npx nodelocal-drill cache clear --stale`;
  return [dir, ...rows, `${bytesInWords(sum(entries)).padStart(8)}  in all${hint}`, ''].join('\n');
}

function sum(entries: readonly CacheEntry[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0);
}

function asUsage<A extends readonly unknown[], R>(action: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    try {
      return action(...args);
    } catch (error) {
      return rethrowAsUsage(error);
    }
  };
}

function rethrowAsUsage(error: unknown): never {
  if (error instanceof CacheInUse || error instanceof ExportRefused)
    throw new UsageError(error.message, { cause: error });
  throw error;
}
