import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { startOfRun } from '../config/run-id.ts';
import type { KnownRun } from './known-run.ts';
import { trackedIn } from './tracked-in.ts';

/** Of run.json only what is asked here: an older version of the suite may have written it. */
const recordSchema = z.object({ runId: z.string(), result: z.string(), startedAtUtc: z.string().nullish() });

/** The runs in a folder of results. What is no run of the suite is not among them: a run of another name than its folder's was put there by somebody. */
export async function readRuns(resultsDir: string): Promise<readonly KnownRun[]> {
  const folders = (await readdir(resultsDir, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const tracked = await trackedIn(resultsDir);
  const runs = await Promise.all(
    folders.map(async ({ name }) => readRun(resultsDir, name, tracked.has(name)).catch(() => null)),
  );
  return runs.filter((run) => run !== null);
}

async function readRun(resultsDir: string, name: string, isTracked: boolean): Promise<KnownRun | null> {
  const dir = join(resultsDir, name);
  const text = await readFile(join(dir, 'run.json'), 'utf8').catch(() => null);
  const named = startOfRun(name);
  if (text === null) {
    if (named === null) return null;
    return { name, startedAtMs: named.getTime(), result: null, writtenAtMs: await writtenAtMs(dir), isTracked };
  }
  const { runId, result, startedAtUtc } = recordSchema.parse(JSON.parse(text));
  if (runId !== name) return null;
  const started = named ?? (startedAtUtc == null ? (await stat(join(dir, 'run.json'))).mtime : new Date(startedAtUtc));
  return { name, startedAtMs: started.getTime(), result, writtenAtMs: null, isTracked };
}

async function writtenAtMs(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true });
  const times = await Promise.all(
    ['', ...entries].map(async (entry) => (await stat(join(dir, entry)).catch(() => null))?.mtimeMs ?? 0),
  );
  return Math.max(...times);
}
