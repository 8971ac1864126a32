import { readFile } from 'node:fs/promises';

/** A process by PID and start time (field 22 of /proc/PID/stat, in clock ticks): a PID alone may be somebody else's tomorrow. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
}

/** Reads `PID TICKS`; null when the file is not there or not that. */
export async function readIdentity(path: string): Promise<ProcessIdentity | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [, pid, startTicks] = /^(\d+) (\d+)\n$/.exec(text) ?? [];
  return pid === undefined ? null : { pid: Number(pid), startTicks: Number(startTicks) };
}

/** True while that very process lives; a zombie does not. */
export async function isAlive({ pid, startTicks }: ProcessIdentity): Promise<boolean> {
  return (await identityOf(pid))?.startTicks === startTicks;
}

/** The process that has a PID now; null when none has, or a zombie. */
export async function identityOf(pid: number): Promise<ProcessIdentity | null> {
  const stat = await readFile(`/proc/${pid.toString()}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === undefined || fields[0] === '' || fields[0] === 'Z' || fields[0] === 'X') return null;
  return { pid, startTicks: Number(fields[19]) };
}

/** This process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const own = await identityOf(process.pid);
  if (own === null) throw new Error('/proc has no entry for this process: is it mounted?');
  return own;
}
