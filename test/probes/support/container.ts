import { randomBytes } from 'node:crypto';
import { mkdir, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the agent knows of a container: a cgroup whose path ends in its ID, and the processes in it. */
export interface FakeContainer extends AsyncDisposable {
  readonly id: string;
  add(pid: number): Promise<void>;
}

export async function makeContainer(): Promise<FakeContainer> {
  const id = randomBytes(32).toString('hex');
  // Cgroup v1 has a hierarchy for each controller, of which any will do; v2 has one.
  const v1 = '/sys/fs/cgroup/pids';
  const root = (await stat(v1).catch(() => undefined)) === undefined ? '/sys/fs/cgroup' : v1;
  const parent = join(root, `nodelocal-drill-test-${id.slice(0, 8)}`);
  const folder = join(parent, id);
  await mkdir(folder, { recursive: true });
  return {
    id,
    add: (pid) => writeFile(join(folder, 'cgroup.procs'), String(pid)),
    async [Symbol.asyncDispose]() {
      for (const path of [folder, parent]) await removeWhenEmpty(path);
    },
  };
}

/** A cgroup stays busy for a moment after its last process has ended. */
async function removeWhenEmpty(path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rmdir(path);
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(20);
    }
  }
}
