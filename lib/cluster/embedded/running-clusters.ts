import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, readIdentity } from '../../build/process-identity.ts';
import { runDir } from './paths.ts';

export interface RunningCluster {
  readonly name: string;
  /** What it was booted with, as text: the paths of its programs and images are in it. */
  readonly machineConfig: string;
}

/** All embedded clusters that run on this machine, whoever started them. */
export async function runningClusters(): Promise<readonly RunningCluster[]> {
  const names: readonly string[] = await readdir(runDir('.')).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const first = await readIdentity(join(runDir(name), 'pid'));
      if (first === null || !(await isAlive(first))) return null;
      return { name, machineConfig: await readFile(join(runDir(name), 'machine.json'), 'utf8').catch(() => '') };
    }),
  );
  return found.filter((each) => each !== null);
}
