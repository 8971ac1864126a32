import { readFile } from 'node:fs/promises';

/**
 * Measured on two cores five seconds after boot, as the peak of the cluster's cgroup, with the nodes' tmpfs in it: 0.91 GB with one node, 1.77 with
 * three, 2.98 with six.
 */
const controlPlaneBytes = 0.5e9;
const nodeBytes = 0.42e9;

/** Not measured apart: the main drill's forty probe pods, and the runner with its workers. */
const drillBytes = 0.6e9;

/** The sum of all compilers' memory at its peak, at the link of `components`: 3.7 GB in a cold build on two cores. */
const buildBytes = 3.8e9;

export interface MemoryNeed {
  readonly nodes: number;
  /** The programs are not built yet. */
  readonly mustBuild: boolean;
}

/**
 * Refuses a machine whose memory is too small, before anything is installed.
 * @throws with what is free, what is needed, and the way out
 */
export async function refuseTooLittleMemory(need: MemoryNeed): Promise<void> {
  const refusal = memoryRefusal(need, await availableBytes());
  if (refusal !== null) throw new Error(refusal);
}

/** Null when it is enough. */
export function memoryRefusal({ nodes, mustBuild }: MemoryNeed, available: number): string | null {
  const cluster = controlPlaneBytes + nodes * nodeBytes + drillBytes;
  if (available < cluster)
    return `an embedded cluster of ${nodes} nodes needs ${gb(cluster)} of memory, and ${gb(available)} is available: free some, or give it fewer nodes (cluster.embedded.nodes)`;
  if (mustBuild && available < buildBytes)
    return `building Kubernetes needs ${gb(buildBytes)} of memory, and ${gb(available)} is available: free some, or build elsewhere (nodelocal-drill cache export) and name the folder in cluster.embedded.programs`;
  return null;
}

function gb(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** What the kernel says new work may have (MemAvailable), or what is left of this process's cgroup, whichever is less. */
async function availableBytes(): Promise<number> {
  const meminfo = await readFile('/proc/meminfo', 'utf8');
  const machine = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) * 1024;
  return Math.min(machine, await leftInCgroup());
}

/** Infinity where no cgroup limits it; what it holds only as file cache counts as free. In a container its own cgroup is what it sees at the root. */
async function leftInCgroup(): Promise<number> {
  const read = async (file: string) => Number(await readFile(file, 'utf8').catch(() => 'NaN'));
  const fileCache = async (dir: string) =>
    Number(
      /^(?:total_)?inactive_file (\d+)$/m.exec(await readFile(`${dir}/memory.stat`, 'utf8').catch(() => ''))?.[1] ?? 0,
    );
  const [v2, v1] = ['/sys/fs/cgroup', '/sys/fs/cgroup/memory'];
  const left = [
    (await read(`${v2}/memory.max`)) - (await read(`${v2}/memory.current`)) + (await fileCache(v2)),
    (await read(`${v1}/memory.limit_in_bytes`)) - (await read(`${v1}/memory.usage_in_bytes`)) + (await fileCache(v1)),
  ].filter((bytes) => Number.isFinite(bytes));
  return Math.min(Infinity, ...left);
}
