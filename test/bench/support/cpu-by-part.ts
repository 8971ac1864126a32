import { readFile } from 'node:fs/promises';
import { clusterProcesses } from '../../support/cluster-processes.ts';

/** Whose CPU time it is: what is measured, who asks, the way of a lookup's record from its probe to the journal, and the rest of the cluster and the suite. */
export type Part = 'DNS servers' | 'probes' | 'way to the journal' | 'the rest';

/** User and system time in seconds, by part. */
export type CpuByPart = Readonly<Record<Part, number>>;

/** CPU time of each process so far, in seconds: /proc/PID/stat, fields 14 and 15, in grains of 10 ms. */
export type CpuSnapshot = ReadonlyMap<
  string,
  { readonly part: Part; readonly program: string; readonly seconds: number }
>;

const programs: readonly (readonly [RegExp, Part])[] = [
  [/^\/?(node-cache|coredns)$/, 'DNS servers'],
  [/^\/probe-|^node$/, 'probes'],
  [/^(.*\/)?(containerd(-shim-runc-v2)?|kubelet|kube-apiserver)$/, 'way to the journal'],
];

/** Of the cluster `name`, and of this process, which is the runner. */
export async function cpuSnapshot(name: string): Promise<CpuSnapshot> {
  const found = new Map<string, { part: Part; program: string; seconds: number }>();
  for (const { pid, startTicks, command } of await clusterProcesses(name)) {
    const program = command.split(' ')[0] ?? '';
    const part = programs.find(([pattern]) => pattern.test(program))?.[1] ?? 'the rest';
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const seconds = (Number(fields[11]) + Number(fields[12])) / 100;
    if (Number.isFinite(seconds)) found.set(`${pid} ${startTicks}`, { part, program, seconds });
  }
  const { user, system } = process.cpuUsage();
  return found.set('runner', { part: 'way to the journal', program: 'runner', seconds: (user + system) / 1e6 });
}

/** What was used between two snapshots, less what `idle` says that the cluster uses in that time anyway. */
export function cpuBetween(
  before: CpuSnapshot,
  after: CpuSnapshot,
): ReadonlyMap<string, { readonly part: Part; readonly seconds: number }> {
  const used = new Map<string, { part: Part; seconds: number }>();
  for (const [process, { part, program, seconds }] of after) {
    const since = seconds - (before.get(process)?.seconds ?? 0);
    used.set(program, { part, seconds: (used.get(program)?.seconds ?? 0) + since });
  }
  return used;
}
