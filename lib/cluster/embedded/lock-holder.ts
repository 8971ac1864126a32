import { z } from 'zod';

const lockHolderSchema = z.strictObject({
  pid: z.number().int(),
  /** As in process-identity.ts. */
  startTicks: z.number().int(),
  /** Null where there is no run: `cluster up`, `cluster down`. */
  runId: z.string().nullable(),
  command: z.string(),
  startedAtUtc: z.string(),
});

/** The process that has an embedded cluster to itself, as it tells those who ask. */
export type LockHolder = Readonly<z.infer<typeof lockHolderSchema>>;

/** Null when that is no holder's answer: whoever has the lock is stopped, or is no part of this project. */
export function parseLockHolder(line: string): LockHolder | null {
  try {
    return lockHolderSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** `run 20261124-184012, process 4711, started 18:40:12 UTC, "npm start"`. */
export function nameOf(holder: LockHolder | null): string {
  if (holder === null) return 'a process that does not answer (a stopped one?)';
  const { pid, runId, command, startedAtUtc } = holder;
  const run = runId === null ? '' : `run ${runId}, `;
  return `${run}process ${pid}, started ${startedAtUtc.slice(11, 19)} UTC, "${command}"`;
}
