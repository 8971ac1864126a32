import { z } from 'zod';
import { verdictSchema } from '../judge/verdict-schema.ts';
import { verifyReportSchema } from '../verify/verify-report.ts';
import { runRecordSchema } from './run-record.ts';

/** The JSON schemas (draft 2020-12) of what a run, and a look at a cluster, give to programs, by their file names in docs/schemas. */
export function publishedSchemas(): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ['verdict.schema.json', z.toJSONSchema(verdictSchema)],
    ['run.schema.json', z.toJSONSchema(runRecordSchema)],
    ['verify.schema.json', z.toJSONSchema(verifyReportSchema)],
  ]);
}
