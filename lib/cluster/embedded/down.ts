import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupName, runDir } from './paths.ts';
import { killQuietly } from '../../build/kill-quietly.ts';
import { identityOf, isAlive, readIdentity, type ProcessIdentity } from '../../build/process-identity.ts';

/** How long the kernel may take to end a cluster's processes: 0.1 to 2 s were seen for a node. */
const endLimitMs = 30_000;

/**
 * Ends the cluster and leaves nothing of it: SIGKILL to its first process ends every other one, with mounts, links and namespaces; what is
 * left are empty cgroups and the run folder. Idempotent, and right after any crash.
 */
export async function down(name: string): Promise<void> {
  const dir = runDir(name);
  const recorded = await readIdentity(join(dir, 'pid'));
  const first = [...(recorded === null ? [] : [recorded]), ...(await firstProcesses(dir))];
  for (const each of first) if (await isAlive(each)) killQuietly(each.pid);
  await ended(first);
  await removeCgroups(name);
  await rm(dir, { recursive: true, force: true });
}

/**
 * By command line: a launcher that was killed may have died before it could write the PID down. The process is called `cluster` until it has
 * shut itself in, and `cluster-inside` then (embedded/cmd/machine).
 */
async function firstProcesses(dir: string): Promise<readonly ProcessIdentity[]> {
  const wanted = ['cluster', 'cluster-inside'].map((life) =>
    ['machine', life, join(dir, 'machine.json'), ''].join('\0'),
  );
  const found = await Promise.all(
    (await readdir('/proc')).map(async (entry) => {
      const pid = Number(entry);
      if (!Number.isInteger(pid)) return null;
      return wanted.includes(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) ? identityOf(pid) : null;
    }),
  );
  return found.filter((each) => each !== null);
}

/** A process that has not ended could still make a cgroup. */
async function ended(processes: readonly ProcessIdentity[]): Promise<void> {
  const deadline = performance.now() + endLimitMs;
  while ((await Promise.all(processes.map(isAlive))).includes(true)) {
    if (performance.now() > deadline)
      throw new Error(
        `processes of the embedded cluster do not end: ${processes.map(({ pid }) => pid.toString()).join(', ')}`,
      );
    await sleep(10);
  }
}

/** Processes that are still in the cgroups are the cluster's own: they end too. */
async function removeCgroups(name: string): Promise<void> {
  const deadline = performance.now() + endLimitMs;
  for (;;) {
    const roots = await cgroupRoots(name);
    if (roots.length === 0) return;
    for (const root of roots) await removeTree(root);
    if ((await cgroupRoots(name)).length === 0) return;
    if (performance.now() > deadline)
      throw new Error(
        `cgroups of the embedded cluster "${name}" are still in use after ${(endLimitMs / 1000).toString()} s: ${roots.join(', ')}`,
      );
    await sleep(50);
  }
}

async function cgroupRoots(name: string): Promise<readonly string[]> {
  const own = cgroupName(name);
  const found: string[] = [];
  for (const base of ['/sys/fs/cgroup', ...(await subfolders('/sys/fs/cgroup'))]) {
    if ((await subfolders(base)).includes(join(base, own))) found.push(join(base, own));
  }
  return found;
}

async function removeTree(dir: string): Promise<void> {
  for (const child of await subfolders(dir)) await removeTree(child);
  const pids = (await readFile(join(dir, 'cgroup.procs'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '' && line !== '0');
  for (const pid of pids) killQuietly(Number(pid));
  await rmdir(dir).catch(() => undefined);
}

async function subfolders(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
}
