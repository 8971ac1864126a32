import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Names of what git tracks in a folder, each up to its first slash; none outside of a git checkout.
 * @throws where git can't tell: then nobody may take it for nothing
 */
export async function trackedIn(dir: string): Promise<ReadonlySet<string>> {
  if (!(await isInCheckout(dir))) return new Set();
  // As root in somebody's checkout git refuses to look, since its settings may run programs; that one may is fsmonitor.
  const args = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-C', dir, 'ls-files', '-z'];
  const { stdout } = await promisify(execFile)('git', args, { maxBuffer: 64 * 2 ** 20 }).catch((error: unknown) => {
    throw new Error(`git can't tell what it tracks in ${dir}`, { cause: error });
  });
  return new Set(stdout.split('\0').map((path) => path.split('/')[0] ?? ''));
}

async function isInCheckout(dir: string): Promise<boolean> {
  if ((await stat(join(dir, '.git')).catch(() => null)) !== null) return true;
  return dirname(dir) === dir ? false : isInCheckout(dirname(dir));
}
