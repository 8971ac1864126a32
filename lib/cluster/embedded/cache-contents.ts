import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { buildingFolders } from '../../build/building-folder.ts';
import { componentsFolder } from '../../build/components.ts';
import { foreignFolder } from '../../build/foreign-base.ts';
import { goToolFolder, goTools } from '../../build/go-tool.ts';
import { kindProgramFolders } from '../../build/kind-programs.ts';
import { nodeImageFolder } from '../kind/make-node-image.ts';
import { expectedGo } from '../../build/go-toolchain.ts';
import { probeProgramsFolder } from '../../build/probe-programs.ts';
import { noProgress } from '../../build/progress.ts';
import { zigFolder } from '../../build/zig-compiler.ts';
import { architectures } from '../../image/architecture.ts';
import { binaryImageFolder, imagesFolder } from './images-folder.ts';
import { cacheDir } from './paths.ts';
import { runningClusters, type RunningCluster } from './running-clusters.ts';

/**
 * - `current`: what the next start would use
 * - `stale`: of other versions than this checkout's, or left by a build that was killed
 * - `building`: a process is making it; `by` names it
 * - `in use`: a cluster runs from it; `by` names it
 */
export interface CacheEntry {
  readonly path: string;
  readonly what: string;
  readonly bytes: number;
  readonly state: 'current' | 'stale' | 'building' | 'in use';
  readonly by: string | null;
}

/** Folders of the cache that hold one subfolder for each version, and those that a compiler keeps for itself. */
const versioned: Readonly<Record<string, string>> = {
  programs: 'Kubernetes, etcd, containerd, CoreDNS',
  probes: 'probe programs',
  images: 'images',
  go: 'Go',
  zig: 'C compiler',
  foreign: 'Node.js and glibc of another architecture',
  tools: 'crane, actionlint',
  kind: 'kind, kubeadm, kubectl, ctr',
  'kind-node': 'node image of kind',
};
const compilers: Readonly<Record<string, string>> = { 'go-build': 'compiled Go packages', 'zig-cache': 'compiled C' };

/** All that is in the cache. Only what the project made there is named, so that nothing else is ever removed. */
export async function cacheContents(
  nodeCacheBinary: string | undefined,
  signal: AbortSignal,
): Promise<readonly CacheEntry[]> {
  const dir = cacheDir();
  const current = await currentFolders(nodeCacheBinary, signal);
  const clusters = await runningClusters();
  const entries: Omit<CacheEntry, 'bytes'>[] = [];
  for (const [name, what] of Object.entries(versioned)) {
    const { running } = await buildingFolders(join(dir, name));
    for (const folder of await subfolders(join(dir, name))) {
      const builder = running.find(({ path }) => path === folder)?.builder;
      entries.push({ path: folder, what, ...stateOf(folder, builder?.pid, current, clusters) });
    }
  }
  for (const [name, what] of Object.entries(compilers))
    if ((await subfolders(dir)).includes(join(dir, name)))
      entries.push({ path: join(dir, name), what, state: 'current', by: null });
  const bytes = await diskUse(
    entries.map(({ path }) => path),
    signal,
  );
  return entries.map((entry) => ({ ...entry, bytes: bytes.get(entry.path) ?? 0 }));
}

function stateOf(
  folder: string,
  builder: number | undefined,
  current: ReadonlySet<string>,
  clusters: readonly RunningCluster[],
): Pick<CacheEntry, 'state' | 'by'> {
  if (builder !== undefined) return { state: 'building', by: `process ${builder}` };
  const user = clusters.find(({ machineConfig }) => usesFolder(machineConfig, folder));
  if (user !== undefined) return { state: 'in use', by: `cluster "${user.name}"` };
  return { state: current.has(folder) ? 'current' : 'stale', by: null };
}

function usesFolder(machineConfig: string, folder: string): boolean {
  return machineConfig.includes(`"${folder}"`) || machineConfig.includes(`"${folder}/`);
}

/** What the next start would use, whether it is there or not. */
async function currentFolders(nodeCacheBinary: string | undefined, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const dir = cacheDir();
  const go = await expectedGo({ cacheDir: dir, signal, progress: noProgress });
  const programs = await componentsFolder(dir, go);
  const probes = await probeProgramsFolder(dir, go);
  const digest = nodeCacheBinary === undefined ? undefined : await digestOf(nodeCacheBinary);
  return new Set([
    programs,
    probes,
    await imagesFolder(programs, probes),
    await zigFolder(dir),
    ...(await Promise.all(Object.values(architectures).map((each) => foreignFolder(each, dir)))),
    ...(await Promise.all(goTools.map((name) => goToolFolder(name, dir)))),
    ...(await kindProgramFolders(dir, go)),
    await nodeImageFolder(go),
    dirname(dirname(dirname(go.path))),
    ...(digest === undefined ? [] : [binaryImageFolder(digest)]),
  ]);
}

async function digestOf(binary: string): Promise<string> {
  const bytes = await readFile(binary).catch(() => '');
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

async function subfolders(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(dir, name));
}

/** Bytes on disk; what several of them share by hard links counts once, for the first. */
async function diskUse(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  if (paths.length === 0) return new Map();
  const { stdout } = await execa('du', ['-s', '-B1', '--', ...paths], { cancelSignal: signal, reject: false });
  return new Map(
    stdout.split('\n').map((line) => {
      const [bytes, path] = line.split('\t');
      return [path ?? '', Number(bytes)];
    }),
  );
}

/** A short name: `programs/7967127ce11caceb`. */
export function shortName({ path }: Pick<CacheEntry, 'path'>): string {
  const parent = basename(dirname(path));
  return parent in versioned ? `${parent}/${basename(path)}` : basename(path);
}
