import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../../config/config-error.ts';
import { mountOf } from './mount-of.ts';
import { cacheDir } from './paths.ts';

/**
 * Refuses a cache folder in which nothing could be kept, or from which nothing could be run. It need not be there yet.
 * @throws ConfigError
 */
export async function refuseUnusableCache(path: string = resolve(cacheDir())): Promise<void> {
  const say = (problem: string) =>
    new ConfigError(`the cache ${path} ${problem}: name another folder in NODELOCAL_DRILL_CACHE`);
  const there = await nearest(path);
  if (!(await stat(there)).isDirectory())
    throw say(there === path ? 'is a file' : `can't be made, as ${there} is a file`);
  if (!(await isWritable(there)))
    throw say(there === path ? 'is not writable' : `can't be made, as ${there} is not writable`);
  const mount = mountOf(there, await readFile('/proc/self/mounts', 'utf8').catch(() => ''));
  if (mount?.options.includes('noexec') === true) throw say(`lies on ${mount.path}, which is mounted noexec`);
}

/** The path itself, or the nearest folder above it that is there. */
async function nearest(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const there = await stat(at).then(
      () => true,
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EACCES',
    );
    if (there || at === dirname(at)) return at;
  }
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
