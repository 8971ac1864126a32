import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A key of 16 hex digits over files (path and content) and further strings (tool versions, flags): what is built from them is cached
 * under it, so that a change of anything builds anew and nothing else does. Go's test files are left out.
 */
export async function contentKey(
  root: string,
  patterns: readonly string[],
  further: readonly string[],
): Promise<string> {
  const paths = new Set<string>();
  for (const pattern of patterns) {
    for await (const path of glob(pattern, { cwd: root })) if (!path.endsWith('_test.go')) paths.add(path);
  }
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) {
    hash.update(`${path}\0`);
    hash.update(await readFile(join(root, path)));
    hash.update('\0');
  }
  for (const text of further) hash.update(`${text}\0`);
  return hash.digest('hex').slice(0, 16);
}
