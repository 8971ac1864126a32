import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroupName } from '../../../lib/cluster/embedded/paths.ts';

/** cgroup v1's default period, in µs. */
const periodUs = 100_000;

/** All processes of an embedded cluster together get so many cores, until it is disposed: a machine whose CPU somebody else has taken. */
export async function takeCpuAway(name: string, cores: number): Promise<AsyncDisposable> {
  const { file, before, limited } = await quotaOf(name, Math.round(cores * periodUs));
  await writeFile(file, limited);
  return {
    [Symbol.asyncDispose]: () => writeFile(file, before),
  };
}

/** `cpu.cfs_quota_us` of v1 (-1: no limit), or `cpu.max` of v2. */
async function quotaOf(name: string, quotaUs: number) {
  const v1 = join('/sys/fs/cgroup/cpu', cgroupName(name), 'cpu.cfs_quota_us');
  if ((await readFile(v1, 'utf8').catch(() => null)) !== null)
    return { file: v1, before: '-1', limited: String(quotaUs) };
  const v2 = join('/sys/fs/cgroup', cgroupName(name), 'cpu.max');
  return { file: v2, before: 'max', limited: `${quotaUs} ${periodUs}` };
}
