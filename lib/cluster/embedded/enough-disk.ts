import { readdir, stat, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheDir, runDir } from './paths.ts';

/**
 * Measured with `npm run bench:build`: 3.8 GB of compiled packages, 0.3 GB of programs, and 0.5 GB for a moment at the link. With the compiled
 * packages of an earlier build there, that of another version writes what differs, programs, and the link's files.
 */
const coldBuildBytes = 4.5e9;
const warmBuildBytes = 1.2e9;

/** Probe programs 0.11, images 0.2 and as much for a moment, C compiler and what it keeps 0.5, Go 0.22 GB where there is none. */
const restBytes = 1.3e9;

/** All modules of embedded/go.mod, unpacked and as fetched; they lie in Go's own folder. */
const modulesBytes = 1.3e9;

/** Logs, kubeconfig and configuration of a running cluster. */
const runBytes = 50e6;

/** Space that is going to be used in a folder, which need not exist yet. */
export interface DiskNeed {
  readonly folder: string;
  readonly bytes: number;
  readonly why: string;
  readonly wayOut: string;
}

export interface FreeSpace {
  /** Tells filesystems apart. */
  readonly device: number;
  readonly freeBytes: number;
}

/**
 * Refuses when a filesystem has too little space for what is going to be built and run, before anything is installed.
 * @throws with the folder, what is free, what is needed, and the way out
 */
export async function refuseTooLittleDisk(mustBuild: { readonly programs: boolean; readonly images: boolean }) {
  const needs = await diskNeeds(mustBuild);
  const refusal = diskRefusal(
    await Promise.all(needs.map(async (need) => ({ ...need, ...(await freeSpace(need.folder)) }))),
  );
  if (refusal !== null) throw new Error(refusal);
}

/** Null when it is enough. Needs on the same filesystem add up; the largest of them is named. */
export function diskRefusal(needs: readonly (DiskNeed & FreeSpace)[]): string | null {
  for (const { device } of needs) {
    const here = needs.filter((need) => need.device === device).sort((a, b) => b.bytes - a.bytes);
    const [largest] = here;
    const needed = here.reduce((sum, { bytes }) => sum + bytes, 0);
    if (largest !== undefined && largest.freeBytes < needed)
      return `${largest.folder} has ${gb(largest.freeBytes)} free, and ${gb(needed)} are needed there (${here.map(({ why, bytes }) => `${why} ${gb(bytes)}`).join(', ')}): ${largest.wayOut}`;
  }
  return null;
}

async function diskNeeds({
  programs,
  images,
}: {
  readonly programs: boolean;
  readonly images: boolean;
}): Promise<readonly DiskNeed[]> {
  const cache = {
    folder: cacheDir(),
    wayOut: 'make room, or move the cache to another disk with NODELOCAL_DRILL_CACHE=/path',
  };
  const needs: DiskNeed[] = [
    {
      folder: runDir('.'),
      bytes: runBytes,
      why: 'a running cluster',
      wayOut: 'make room there; on a tmpfs it is memory',
    },
  ];
  if (programs) {
    const warm = (await readdir(join(cacheDir(), 'programs')).catch(() => [])).length > 0;
    needs.push({ ...cache, bytes: warm ? warmBuildBytes : coldBuildBytes, why: 'building Kubernetes' });
    const modules = moduleFolder();
    if ((await stat(join(modules, 'cache/download/k8s.io/kubernetes')).catch(() => null)) === null)
      needs.push({
        folder: modules,
        bytes: modulesBytes,
        why: 'Go modules',
        wayOut: 'make room, or move them with GOMODCACHE=/path',
      });
  }
  if (images) needs.push({ ...cache, bytes: restBytes, why: 'images and compilers' });
  return needs;
}

/** Where Go keeps modules unless its own settings say otherwise (`go help environment`). */
function moduleFolder(): string {
  const gopath = process.env['GOPATH']?.split(':')[0] ?? join(homedir(), 'go');
  return process.env['GOMODCACHE'] ?? join(gopath, 'pkg/mod');
}

/** Of the nearest folder that is there. */
async function freeSpace(folder: string): Promise<FreeSpace> {
  const device = await stat(folder).catch(() => null);
  if (device === null) return freeSpace(dirname(folder));
  const { bavail, bsize } = await statfs(folder);
  return { device: device.dev, freeBytes: bavail * bsize };
}

function gb(bytes: number): string {
  return bytes < 1e8 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
