import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './usage-error.ts';

/** The journals of a run: one in each experiment's folder, or the folder is an experiment's itself. */
export async function journalsOf(folder: string): Promise<readonly string[]> {
  const own = await journalIn(folder);
  if (own !== null) return [own];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new UsageError(`there is no folder ${folder}`);
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
