/** `npm run schemas`: writes docs/schemas anew, from the schemas in the code. A unit test says when that is due. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../lib/build/project-root.ts';
import { publishedSchemas } from '../../lib/report/published-schemas.ts';

const folder = join(projectRoot, 'docs/schemas');
await mkdir(folder, { recursive: true });
for (const [name, schema] of publishedSchemas())
  await writeFile(join(folder, name), `${JSON.stringify(schema, null, 2)}\n`);
