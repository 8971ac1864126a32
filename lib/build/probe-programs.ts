import { chmod, copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Architecture } from '../image/architecture.ts';
import { cachedFolder, type BuildPlace } from './cached-folder.ts';
import { contentKey } from './content-key.ts';
import { goBuild } from './go-build.ts';
import { goToolchain, type GoToolchain } from './go-toolchain.ts';
import { writeNodeProbeScripts } from './node-probe-scripts.ts';
import { imageBase, ownBase, requireOwn, type ImageBase } from './image-base.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';
import { runTool } from './run-tool.ts';
import { bundledMuslVersion, zigCompiler, zigTarget } from './zig-compiler.ts';

export interface BuildProbePrograms {
  /** This machine's unless told. */
  readonly architecture?: Architecture;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly onProgress: Progress;
}

const source = join(projectRoot, 'probes');
const sources = ['c/*', 'go/**/*.go', 'go/go.mod', 'go/go.sum', 'node/*.ts'];
const goFlags = ['-trimpath', '-buildvcs=false', '-mod=readonly'];
const goLinkerFlags = '-s -w';
const cFlags = ['-std=gnu11', '-Os', '-s', '-Wall', '-Wextra', '-Werror', '-pthread'];

/**
 * Oldest glibc that the program for glibc runs with: what Node's own program needs (2.28) anyway. At run time it is
 * the machine's glibc, from the image, that resolves; the program says which.
 */
const glibcAtLeast = '2.28';

/** Raise it when what the folder holds changes without a change of a source. */
const layout = 1;

/**
 * Builds what the probe image holds (`probe-glibc`, `probe-musl`, `probe-go`, `probe-wire`, `agent`, `pause`, `node`, `scripts/`) into the cache,
 * and returns the folder, whose name is a hash of all that went into it. A cold build fetches a C compiler (100 MB) and takes
 * about a minute and a half; when nothing has changed it takes a tenth of a second.
 */
export async function buildProbePrograms({
  architecture = requireOwn(),
  cacheDir,
  signal,
  onProgress,
}: BuildProbePrograms): Promise<string> {
  const go = await goToolchain({ cacheDir, signal, progress: onProgress });
  const base = await imageBase({ architecture, cacheDir, signal, progress: onProgress });
  return cachedFolder(await probeProgramsFolder(cacheDir, go, base), {
    signal,
    progress: onProgress,
    build: async (place) => {
      onProgress('probes', 'building the probe programs and the node agent: about a minute and a half, once');
      await all(signal, [
        (signal) => buildC(architecture, place, cacheDir, signal, onProgress),
        (signal) => buildGo(go, architecture, place, cacheDir, signal, onProgress),
        (signal) => stripped(base.node, join(place.into, 'node'), signal),
        (signal) => writeNodeProbeScripts(join(source, 'node'), join(place.into, 'scripts'), signal),
      ]);
    },
  });
}

/** A hash of the sources and of the packages that go into the image, whatever Go and C library build and complete them. */
export async function probeProgramsSource(): Promise<string> {
  const flags = [...goFlags, goLinkerFlags, ...cFlags];
  return contentKey(source, sources, [String(layout), ...flags, ...(await imagePackages())]);
}

/** Where the probe programs are, once built: their name is a hash of all that goes into them. */
export async function probeProgramsFolder(cacheDir: string, go: GoToolchain, base?: ImageBase): Promise<string> {
  const of = base ?? (await ownBase());
  const key = await contentKey(source, sources, [
    String(layout),
    of.architecture.node,
    go.version,
    ...goFlags,
    `-ldflags=${goLinkerFlags}`,
    ...cFlags,
    glibcAtLeast,
    ...(await imageVersions(of)),
  ]);
  return join(cacheDir, 'probes', key);
}

/** Runs all at once; when one fails the others are ended before the failure is thrown, so that none writes on into a folder that goes. */
async function all(signal: AbortSignal, steps: readonly ((signal: AbortSignal) => Promise<void>)[]): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  await Promise.allSettled(
    steps.map((step) =>
      step(either).catch((error: unknown) => {
        failure.abort(error);
      }),
    ),
  );
  either.throwIfAborted();
}

/** What comes into the image from outside the sources: Node, its packages, and the machine's C library. */
async function imageVersions({ architecture, libraries }: ImageBase): Promise<readonly string[]> {
  return [
    ...(await imagePackages(architecture.node)),
    ...(await contentKeyOfEach(libraries.flatMap((file) => ('from' in file ? [file.from] : [])))),
  ];
}

async function imagePackages(node: string = process.arch): Promise<readonly string[]> {
  const packages = ['dns-packet', '@leichtgewicht/ip-codec', `node-linux-${node}`];
  return Promise.all(packages.map((name) => packageVersion(name)));
}

async function contentKeyOfEach(paths: readonly string[]): Promise<readonly string[]> {
  return Promise.all(paths.map((path) => contentKey('/', [path.slice(1)], [])));
}

async function packageVersion(name: string): Promise<string> {
  const manifest = await readFile(join(projectRoot, 'node_modules', name, 'package.json'), 'utf8').catch(() => '{}');
  const { version } = JSON.parse(manifest) as { readonly version?: string };
  return `${name} ${version ?? process.version}`;
}

async function buildC(
  architecture: Architecture,
  place: BuildPlace,
  cacheDir: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  const zig = await zigCompiler(cacheDir, signal, progress);
  const musl = await bundledMuslVersion(zig);
  const zigCache = join(cacheDir, 'zig-cache');
  const env = { ZIG_GLOBAL_CACHE_DIR: zigCache, ZIG_LOCAL_CACHE_DIR: zigCache, TMPDIR: place.scratch };
  const compile = async (target: string, file: string, program: string, flags: readonly string[]) => {
    const files = [join(source, 'c', file), '-o', join(place.into, program)];
    await runTool(zig, ['cc', '-target', target, ...cFlags, ...flags, ...files], { env, signal });
  };
  await compile(zigTarget(architecture, `gnu.${glibcAtLeast}`), 'probe.c', 'probe-glibc', []);
  // One after the other: the first of these builds musl itself, which the other one then finds in the compiler's cache.
  await compile(zigTarget(architecture, 'musl'), 'probe.c', 'probe-musl', ['-static', `-DMUSL_VERSION="${musl}"`]);
  await compile(zigTarget(architecture, 'musl'), 'pause.c', 'pause', ['-static']);
}

async function buildGo(
  go: GoToolchain,
  { name }: Architecture,
  place: BuildPlace,
  cacheDir: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  await goBuild({
    go,
    cwd: join(source, 'go'),
    flags: goFlags,
    linkerFlags: goLinkerFlags,
    packages: ['./cmd/probe-go', './cmd/probe-wire', './cmd/agent'],
    architecture: name,
    cacheDir,
    place,
    signal,
    progress,
    step: 'probes',
  });
}

/** Without its symbols Node is 18 MB smaller; where there are no binutils, or none for its architecture, it stays as it is. */
async function stripped(program: string, out: string, signal: AbortSignal): Promise<void> {
  const done = await execa('strip', ['-o', out, program], { reject: false, cancelSignal: signal });
  signal.throwIfAborted();
  if (done.failed) await copyFile(program, out);
  await chmod(out, 0o755);
}
