import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupName, runDir } from './paths.ts';
import { isAlive, readIdentity } from '../../build/process-identity.ts';

/** How long the kernel may take to end a cluster's processes: 0.1 to 2 s were seen for a node. */
const endLimitMs = 30_000;

/**
 * Ends the cluster and leaves nothing of it: SIGKILL to its first process ends every other one, with mounts, links and namespaces; what is
 * left are empty cgroups and the run folder. Idempotent, and right after any crash.
 */
export async function down(name: string): Promise<void> {
  const dir = runDir(name);
  const first = await readIdentity(join(dir, 'pid'));
  if (first !== null && (await isAlive(first))) process.kill(first.pid, 'SIGKILL');
  await removeCgroups(name);
  await rm(dir, { recursive: true, force: true });
}

/** Processes that are still in the cgroups (the launcher died before it could write the PID down) are the cluster's own: they end too. */
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

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

async function subfolders(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
}
