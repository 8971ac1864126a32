import { z } from 'zod';

const runHolderSchema = z.strictObject({
  runId: z.string(),
  command: z.string(),
  host: z.string(),
  pid: z.number().int(),
  /** Field 22 of /proc/PID/stat. */
  startTicks: z.number().int(),
  bootId: z.string(),
  /** Inode of its PID namespace: the same PID is another process in another container of the machine. */
  pidNamespace: z.string(),
  startedAtUtc: z.string(),
});

/** The run that has a Kubernetes cluster to itself, as its Lease tells others. */
export type RunHolder = Readonly<z.infer<typeof runHolderSchema>>;

/** Null when the text is not what a run writes. */
export function parseRunHolder(text: string | undefined): RunHolder | null {
  if (text === undefined) return null;
  try {
    return runHolderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** `run 20261124-184012, process 4711 on build-7, started 18:40:12 UTC, "npm start"`. */
export function nameOfRun({ runId, pid, host, startedAtUtc, command }: RunHolder): string {
  return `run ${runId}, process ${pid} on ${host}, started ${startedAtUtc.slice(11, 19)} UTC, "${command}"`;
}
