import { join } from 'node:path';

/** The checkout: the folder that holds package.json. */
export const projectRoot = join(import.meta.dirname, '..', '..');
