import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Architecture } from '../image/architecture.ts';
import { cachedFolder } from './cached-folder.ts';
import { contentKey } from './content-key.ts';
import { pipInstall } from './pip-install.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';

const requirements = join(projectRoot, 'probes/c/requirements.txt');

/**
 * The C compiler of `probes/c/requirements.txt`, by path. It comes as a Python package because that brings a newer musl than
 * distributions of today (1.2.4 is the first with TCP) and can link against glibc without its headers being there.
 * @throws when pip cannot get it; the hash in the requirements must fit
 */
export async function zigCompiler(cacheDir: string, signal: AbortSignal, onProgress: Progress): Promise<string> {
  const folder = await cachedFolder(await zigFolder(cacheDir), {
    signal,
    progress: onProgress,
    build: async (place) => {
      onProgress('compiler', 'fetching the C compiler of the probes from PyPI: 100 MB, unpacked 400 MB, once');
      await pipInstall({ requirements, place, signal, progress: onProgress });
    },
  });
  return join(folder, 'ziglang', 'zig');
}

/** Where the compiler is, once fetched. */
export async function zigFolder(cacheDir: string): Promise<string> {
  const key = await contentKey(dirname(requirements), ['requirements.txt'], [process.arch]);
  return join(cacheDir, 'zig', key);
}

/** The version of musl whose sources the compiler brings along: 1.2.5 in Zig 0.17.1. musl itself has no call that tells. */
export async function bundledMuslVersion(zig: string): Promise<string> {
  const file = join(dirname(zig), 'lib/libc/musl/src/internal/version.h');
  const version = /VERSION "([^"]+)"/.exec(await readFile(file, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${file} does not tell musl's version`);
  return version;
}

/** A target of this project's architectures, such as `x86_64-linux-musl`. */
export function zigTarget({ machine }: Architecture, abi: string): string {
  return `${machine}-linux-${abi}`;
}
