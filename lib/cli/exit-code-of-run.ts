import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runRecordSchema } from '../report/run-record.ts';
import { exitCodes } from './exit-codes.ts';

/** The exit code that run.json records. A run without one broke before it could say anything. */
export async function exitCodeOfRun(runDir: string): Promise<number> {
  const text = await readFile(join(runDir, 'run.json'), 'utf8').catch(() => null);
  return text === null ? exitCodes.broken : runRecordSchema.parse(JSON.parse(text)).exitCode;
}
