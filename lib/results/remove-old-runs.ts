import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { keepInWords, type KeepRuns } from '../config/keep-runs.ts';
import { oldRuns } from './old-runs.ts';
import { readRuns } from './read-runs.ts';

/** So many are named in the line that says what went. */
const mostNamed = 10;

export interface RemoveOptions {
  readonly now?: Date;
  readonly remove?: (dir: string) => Promise<void>;
}

/** Removes the runs beside this one that `results.keep` lets go, and gives the lines that say so; never throws, as the run is over. */
export async function removeOldRuns(
  runDir: string,
  keep: KeepRuns,
  { now = new Date(), remove = removeFolder }: RemoveOptions = {},
): Promise<readonly string[]> {
  if (keep === 'all') return [];
  const resultsDir = dirname(runDir);
  const setting = `results.keep: ${keepInWords(keep)}`;
  try {
    const old = oldRuns(await readRuns(resultsDir), { keep, own: basename(runDir), nowMs: now.getTime() });
    const removed: string[] = [];
    const failed: string[] = [];
    for (const { name } of old)
      await remove(join(resultsDir, name)).then(
        () => removed.push(name),
        (error: unknown) => failed.push(`${name} (${messageOf(error)})`),
      );
    return [
      ...(removed.length === 0 ? [] : [`removed ${count(removed)} from results/ (${setting}): ${named(removed)}`]),
      ...(failed.length === 0 ? [] : [`could not remove ${count(failed)} from results/ (${setting}): ${named(failed)}`]),
    ];
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
    return [`no old run is removed from results/ (${setting}): ${messageOf(error)}${cause}`];
  }
}

async function removeFolder(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
}

function count({ length }: readonly string[]): string {
  return `${length} old ${length === 1 ? 'run' : 'runs'}`;
}

function named(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return more <= 0 ? names.join(', ') : `${names.slice(0, mostNamed).join(', ')} and ${more} more`;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s*\n\s*/g, ' ');
}
