import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { killQuietly } from '../../build/kill-quietly.ts';
import { identityOf, isAlive, type ProcessIdentity } from '../../build/process-identity.ts';

/** How long killed processes may take to end. */
const endLimitMs = 10_000;

/** The environment variable that every process started under the lock of an embedded cluster inherits; its value names the holder. */
export function lockMark(name: string): string {
  return `${prefix}${name.replaceAll(/[^a-z0-9]/g, '_')}`;
}

const prefix = 'NODELOCAL_DRILL_LOCK_';

/** Changes to the environment of what must outlive the lock, such as a container engine's helpers: it has no mark, and so it is nobody's orphan. */
export function withoutLockMarks(): Readonly<Record<string, undefined>> {
  return Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name, undefined]),
  );
}

/** Ends all processes that were started under the lock of `name`. To be called by one who has just got it: none of them is its own. */
export async function endOrphans(name: string): Promise<void> {
  const orphans = await processesWith(`${lockMark(name)}=`);
  for (const { pid } of orphans) killQuietly(pid);
  const begun = performance.now();
  for (;;) {
    const alive = await Promise.all(orphans.map(isAlive));
    if (!alive.includes(true)) return;
    if (performance.now() - begun > endLimitMs)
      throw new Error(
        `processes that an earlier run left do not end: ${orphans
          .filter((_, index) => alive[index])
          .map(({ pid }) => pid)
          .join(', ')}`,
      );
    await sleep(20);
  }
}

async function processesWith(variable: string): Promise<readonly ProcessIdentity[]> {
  const found: ProcessIdentity[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!`\0${environment}`.includes(`\0${variable}`)) continue;
    const identity = await identityOf(pid);
    if (identity !== null) found.push(identity);
  }
  return found;
}
