import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { exitCodes } from './exit-codes.ts';

const runRecordSchema = z.object({ exitCode: z.number().int() });

/** The exit code that run.json records. A run without one broke before it could say anything. */
export async function exitCodeOfRun(runDir: string): Promise<number> {
  const text = await readFile(join(runDir, 'run.json'), 'utf8').catch(() => null);
  return text === null ? exitCodes.broken : runRecordSchema.parse(JSON.parse(text)).exitCode;
}
