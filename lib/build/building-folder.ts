import { mkdir, readdir, readlink, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** A folder in which a process builds what will be `target`; its name tells who that is. */
export interface BuildingFolder {
  readonly path: string;
  readonly target: string;
  readonly builder: ProcessIdentity;
  /** The builder's PID namespace: a PID says nothing in another one (a container that shares the cache). */
  readonly pidNamespace: string;
}

/** A build in another PID namespace can't be looked at; after this long nobody is building any more. */
const unknownBuilderLimitMs = 24 * 3600_000;

let made = 0;

/** Makes `<target>.building-<pid>-<start>-<pid namespace>-<n>`, so that a later process can tell whether the builder still lives. */
export async function makeBuildingFolder(target: string): Promise<BuildingFolder> {
  const builder = await ownIdentity();
  const pidNamespace = await ownPidNamespace();
  const path = `${target}.building-${builder.pid}-${builder.startTicks}-${pidNamespace}-${made++}`;
  await mkdir(path, { recursive: true });
  return { path, target, builder, pidNamespace };
}

/**
 * Removes from `folder` what builds left that were killed; those that are still running are returned. What can't be removed yet, since a tool of the
 * killed build is still writing there, is left to the next time.
 */
export async function sweepBuildingFolders(folder: string): Promise<readonly BuildingFolder[]> {
  const { running, left } = await buildingFolders(folder);
  const insist = { recursive: true, force: true, maxRetries: 3, retryDelay: 200 };
  await Promise.allSettled(left.map((path) => rm(path, insist)));
  return running;
}

/** The builds that are running in `folder`, and what killed ones left. */
export async function buildingFolders(
  folder: string,
): Promise<{ readonly running: readonly BuildingFolder[]; readonly left: readonly string[] }> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.includes('.building-'));
  const running: BuildingFolder[] = [];
  const left: string[] = [];
  for (const name of names) {
    const found = parseBuildingFolder(join(folder, name));
    if (found !== null && (await isRunning(found))) running.push(found);
    else left.push(join(folder, name));
  }
  return { running, left };
}

/** Null for a name that is none of `makeBuildingFolder`'s. */
export function parseBuildingFolder(path: string): BuildingFolder | null {
  const [, target, pid, startTicks, pidNamespace] = /^(.+)\.building-(\d+)-(\d+)-(\d+)-\d+$/.exec(basename(path)) ?? [];
  if (target === undefined || pidNamespace === undefined) return null;
  return {
    path,
    target: join(dirname(path), target),
    builder: { pid: Number(pid), startTicks: Number(startTicks) },
    pidNamespace,
  };
}

async function isRunning({ path, builder, pidNamespace }: BuildingFolder): Promise<boolean> {
  if (pidNamespace === (await ownPidNamespace())) return isAlive(builder);
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  return new Date().getTime() - mtimeMs < unknownBuilderLimitMs;
}

/** Its inode: `pid:[4026531836]` gives `4026531836`. */
async function ownPidNamespace(): Promise<string> {
  return /\d+/.exec(await readlink('/proc/self/ns/pid'))?.[0] ?? '0';
}
