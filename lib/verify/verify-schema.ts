import { z } from 'zod';
import { verifyReportSchema } from './verify-report.ts';

/** Where the JSON Schema of `verify --json` is published, from the project's root. */
export const verifySchemaPath = 'docs/schemas/verify.schema.json';

/** The JSON Schema (draft 2020-12) of what `verify --json` prints. */
export function verifyJsonSchema(): string {
  const schema = z.toJSONSchema(verifyReportSchema);
  return `${JSON.stringify({ title: 'nodelocal-drill verify --json', ...schema }, null, 2)}\n`;
}
