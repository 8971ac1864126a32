import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { lookupBatchSchema, observationSchema } from '../../../lib/journal/entry.ts';
import { observationsOf } from '../../../lib/journal/lookup-batch.ts';
import { nowNs } from '../../../lib/time/now-ns.ts';
import type { Namespace } from './namespace.ts';

const helloSchema = z.strictObject({
  resolver: z.string(),
  version: z.string(),
  bootId: z.string(),
  firstDueNs: z.number(),
  intervalNs: z.number(),
  resolvConf: z.string(),
});
const lookupSchema = observationSchema.omit({ type: true, probe: true });
const lineSchema = z.union([
  z.strictObject({ hello: helloSchema }),
  z.strictObject({ end: z.strictObject({ seq: z.number() }) }),
  z.strictObject({ trouble: z.string() }),
  z.strictObject({ lookups: lookupBatchSchema.omit({ type: true, probe: true }) }),
  lookupSchema,
]);

export type Lookup = Readonly<z.infer<typeof lookupSchema>>;

export interface ProbeRun {
  readonly hello: z.infer<typeof helloSchema>;
  /** In order of `seq`. */
  readonly lookups: readonly Lookup[];
  readonly troubles: readonly string[];
  readonly endSeq: number;
  readonly exitCode: number | null;
  /** From SIGTERM to the end. */
  readonly drainMs: number;
  readonly cpuMs: number;
}

export type ProbeName = 'glibc' | 'musl' | 'go' | 'c-ares' | 'wire';

export interface RunOptions {
  readonly flags?: readonly string[];
  readonly forMs: number;
  readonly halfWay?: () => void;
  /** Sent at these parts of `forMs`; `sent` is told when, by CLOCK_MONOTONIC. */
  readonly signals?: {
    readonly name: NodeJS.Signals;
    readonly at: readonly number[];
    readonly sent: (nowNs: number) => void;
  };
  /** Files that the program may have open. */
  readonly mostFiles?: number;
}

/** Runs one of the programs, as it was built, with the machine's root. */
export function runProbe(
  programs: string,
  namespace: Namespace,
  probe: ProbeName,
  options: RunOptions,
): Promise<ProbeRun> {
  return runProbeCommand(namespace, [...limitTo(options.mostFiles), ...commandOf(programs, probe)], options);
}

/** Runs a probe, sends SIGTERM a time after its first line, and reads all that it says. Lines of another shape throw. */
export async function runProbeCommand(
  namespace: Namespace,
  command: readonly string[],
  options: RunOptions,
): Promise<ProbeRun> {
  const flags = ['--name', 'www.example.com', ...(options.flags ?? [])];
  const { pid, child, stdout } = namespace.start([...command, ...flags]);
  const exited = once(child, 'exit');
  const { lines: reading, begun } = readLines(stdout);
  await begun;
  const { forMs, halfWay, signals } = options;
  const acts = [
    { at: 0.5, act: () => halfWay?.() },
    ...(signals?.at ?? []).map((at) => ({ at, act: () => (signals?.sent(nowNs()), child.kill(signals?.name)) })),
    { at: 1, act: () => undefined },
  ].sort((a, b) => a.at - b.at);
  for (const [index, { at, act }] of acts.entries()) {
    await sleep((at - (acts[index - 1]?.at ?? 0)) * forMs);
    act();
  }
  const cpuMs = await cpuMsOf(pid);
  const termAt = performance.now();
  child.kill('SIGTERM');
  const lines = (await reading).map((line) => lineSchema.parse(JSON.parse(line)));
  const [exitCode] = (await exited) as [number | null];
  const drainMs = performance.now() - termAt;

  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || !('hello' in first)) throw new Error(`${command.join(' ')}: the first line is no hello`);
  if (last === undefined || !('end' in last)) throw new Error(`${command.join(' ')}: the last line is no end`);
  return {
    hello: first.hello,
    lookups: lines.flatMap(lookupsOf).sort((a, b) => a.seq - b.seq),
    troubles: lines.flatMap((line) => ('trouble' in line ? [line.trouble] : [])),
    endSeq: last.end.seq,
    exitCode,
    drainMs,
    cpuMs,
  };
}

function lookupsOf(line: z.infer<typeof lineSchema>): readonly Lookup[] {
  if ('seq' in line) return [line];
  if (!('lookups' in line)) return [];
  return observationsOf({ type: 'lookups', probe: '', ...line.lookups }).map((observation) => {
    const { seq, dueNs, startNs, endNs, outcome, answers, error } = observation;
    return { seq, dueNs, startNs, endNs, outcome, answers: [...answers], error };
  });
}

function limitTo(mostFiles: number | undefined): readonly string[] {
  return mostFiles === undefined ? [] : ['prlimit', `--nofile=${mostFiles}:${mostFiles}`];
}

function commandOf(programs: string, probe: ProbeName): readonly string[] {
  const node = join(programs, 'node');
  if (probe === 'c-ares') return [node, join(programs, 'scripts/c-ares.js')];
  if (probe === 'wire') return [join(programs, 'probe-wire'), '--server', '127.0.0.1', '--timeout-ms', '1000'];
  return [join(programs, `probe-${probe}`)];
}

/** All lines until the end, and when the first has come: a busy machine may take seconds to start a program. */
function readLines(output: NodeJS.ReadableStream): {
  readonly lines: Promise<readonly string[]>;
  readonly begun: Promise<unknown>;
} {
  const reader = createInterface({ input: output });
  const lines: string[] = [];
  reader.on('line', (line) => lines.push(line));
  const ended = once(reader, 'close');
  return { lines: ended.then(() => lines), begun: Promise.race([once(reader, 'line'), ended]) };
}

/** User and system time so far, in grains of 10 ms (proc_pid_stat(5), fields 14 and 15). */
async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
