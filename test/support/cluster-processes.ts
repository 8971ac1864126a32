import { readdir, readFile } from 'node:fs/promises';
import { cgroupName } from '../../lib/cluster/embedded/paths.ts';
import { identityOf, type ProcessIdentity } from '../../lib/build/process-identity.ts';

export interface NamedProcess extends ProcessIdentity {
  /** Its command line, with spaces. */
  readonly command: string;
}

/** All processes of the embedded cluster `name`, as the machine numbers them: those in its cgroups, and no others. */
export async function clusterProcesses(name: string): Promise<readonly NamedProcess[]> {
  return processesWith('cgroup', `:/${cgroupName(name)}/`);
}

/** All processes whose file of that name in /proc/PID has a text in it. */
export async function processesWith(file: 'cgroup' | 'environ', text: string): Promise<readonly NamedProcess[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      if (!(await read(file)).includes(text)) return null;
      const command = (await read('cmdline')).replaceAll('\0', ' ').trim();
      const identity = await identityOf(Number(pid));
      return command === '' || identity === null ? null : { ...identity, command };
    }),
  );
  return found.filter((each) => each !== null);
}
