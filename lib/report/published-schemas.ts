import { z } from 'zod';
import { verdictSchema } from '../judge/verdict-schema.ts';
import { runRecordSchema } from './run-record.ts';

/** The JSON schemas (draft 2020-12) of what a run leaves for programs, by their file names in docs/schemas. */
export function publishedSchemas(): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ['verdict.schema.json', z.toJSONSchema(verdictSchema)],
    ['run.schema.json', z.toJSONSchema(runRecordSchema)],
  ]);
}
