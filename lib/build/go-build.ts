import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildPlace } from './cached-folder.ts';
import { goEnvironment, type GoToolchain } from './go-toolchain.ts';
import type { Progress } from './progress.ts';
import { runTool, type RunTool } from './run-tool.ts';
import { timeLeftEstimator } from './time-left.ts';
import { withHeartbeat } from './with-heartbeat.ts';

export interface GoBuild {
  readonly go: GoToolchain;
  /** The module. */
  readonly cwd: string;
  readonly flags: readonly string[];
  readonly linkerFlags: string;
  readonly packages: readonly string[];
  /** GOARCH; this machine's unless told. */
  readonly architecture?: string;
  readonly cacheDir: string;
  readonly place: BuildPlace;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** The word before each line of progress. */
  readonly step: string;
}

/**
 * Builds Go programs without C into `place.into`. Modules are checked against go.sum by Go itself. What was compiled is kept in the cache, so
 * that an interrupted build goes on where it was.
 */
export async function goBuild(options: GoBuild): Promise<void> {
  const { go, cwd, flags, linkerFlags, packages, architecture, cacheDir, place, signal, progress, step } = options;
  const goCache = join(cacheDir, 'go-build');
  await mkdir(goCache, { recursive: true });
  // GOGC: with a lazier collector the cold build takes about a tenth less CPU time. GOTMPDIR: so that what a killed build leaves is swept.
  const env = {
    ...goEnvironment,
    CGO_ENABLED: '0',
    GOGC: '400',
    GOCACHE: goCache,
    GOTMPDIR: place.scratch,
    ...(architecture === undefined ? {} : { GOARCH: architecture }),
  };
  const tool = { signal, cwd, env };
  let now = 'fetching modules that are missing, counting what is to be compiled';
  await withHeartbeat({ progress, step, detail: () => now }, async () => {
    const total = await stalePackages(options, tool, (module, n) => {
      now = `fetching Go modules: ${n}, ${module}`;
    });
    const timeLeft = timeLeftEstimator();
    const begun = performance.now();
    let started = 0;
    const onLine = (line: string) => {
      if (!/^[\w.~/-]+$/.test(line)) return;
      started++;
      const left = timeLeft(started / total, (performance.now() - begun) / 1000);
      now = `compiling ${started} of ${total} packages${left === '' ? '' : `, ${left}`}`;
      if (started >= total) now = 'linking the programs, about 20 s';
    };
    const out = ['-o', `${place.into}/`];
    const args = ['build', '-v', ...flags, `-ldflags=${linkerFlags}`, ...out, ...packages];
    await runTool(go.path, args, { ...tool, onLine });
  });
}

/** How many packages are to be compiled. Go fetches the modules that are missing to find out. */
async function stalePackages(
  { go, flags, packages }: GoBuild,
  tool: Omit<RunTool, 'onLine'>,
  onModule: (module: string, n: number) => void,
): Promise<number> {
  let fetched = 0;
  const onLine = (line: string) => {
    const module = /^go: downloading (\S+)/.exec(line)?.[1];
    if (module !== undefined) onModule(module, ++fetched);
  };
  const stale = '{{if .Stale}}{{.ImportPath}}{{end}}';
  const listed = await runTool(go.path, ['list', '-deps', ...flags, '-f', stale, ...packages], { ...tool, onLine });
  return listed.split('\n').filter((line) => line !== '').length;
}
