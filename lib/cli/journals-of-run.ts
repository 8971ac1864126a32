import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './usage-error.ts';

/** The journals of a run: one in each experiment's folder, or the folder is an experiment's itself. */
export async function journalsOf(folder: string): Promise<readonly string[]> {
  const own = await journalIn(folder);
  if (own !== null) return [own];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')
      throw new UsageError(`${folder} is a file: name the folder of the run, such as results/20261124-031200`);
    throw new UsageError(`there is no folder ${folder}: name the folder of a run, such as results/20261124-031200`);
  });
  const found = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => journalIn(join(folder, entry.name))),
  );
  const journals = found.filter((path) => path !== null);
  if (journals.length === 0)
    throw new UsageError(
      `${folder} is no run: neither it nor a folder in it has a journal.ndjson or journal.ndjson.gz`,
    );
  return journals;
}

async function journalIn(folder: string): Promise<string | null> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  const name = ['journal.ndjson', 'journal.ndjson.gz'].find((candidate) => names.includes(candidate));
  return name === undefined ? null : join(folder, name);
}
