import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BadInput } from '../bad-input.ts';

const status = () => ['cluster', 'status'];

/** Configuration files that can't even be loaded. */
export const configFileInputs: readonly BadInput[] = [
  {
    name: 'no configuration file',
    args: status,
    env: (folder) => ({ NODELOCAL_DRILL_CONFIG: join(folder, 'nope.config.ts') }),
    says: ['there is no configuration file $FOLDER/nope.config.ts', 'NODELOCAL_DRILL_CONFIG'],
  },
  {
    name: 'a folder as configuration file',
    args: status,
    prepare: async (folder) => {
      await mkdir(join(folder, 'folder'));
    },
    env: (folder) => ({ NODELOCAL_DRILL_CONFIG: join(folder, 'folder') }),
    says: ['there is no configuration file $FOLDER/folder'],
  },
  {
    name: 'a configuration with a syntax error',
    args: status,
    configText: 'export default {\n  timing: {\n    baseline: "10 s",,\n  },\n};\n',
    says: ["$FOLDER/drill.config.mts:3 can't be loaded"],
  },
  {
    name: 'a configuration that throws',
    args: status,
    configText:
      'const where = process.env.NO_SUCH_PLACE;\n\nthrow new Error("NO_SUCH_PLACE is not set");\nexport default { where };\n',
    says: ["$FOLDER/drill.config.mts:3 can't be loaded: NO_SUCH_PLACE is not set"],
  },
  {
    name: 'a configuration that imports what is not there',
    args: status,
    configText: 'import { sites } from "./sites.ts";\nexport default { sites };\n',
    says: ["$FOLDER/drill.config.mts can't be loaded", 'sites.ts'],
  },
  {
    name: 'a configuration without a default export',
    args: status,
    configText: 'export const config = {};\n',
    says: ['$FOLDER/drill.config.mts has no default export', 'export default defineConfig'],
  },
  {
    name: 'a function as configuration',
    args: status,
    configText: 'export default () => ({});\n',
    says: ['the configuration is a function, and must be an object'],
  },
];
