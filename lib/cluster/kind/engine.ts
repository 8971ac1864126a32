import { execa } from 'execa';
import { lastLine } from '../../build/last-line.ts';
import { withoutLockMarks } from '../embedded/orphans.ts';
import type { KindSettings } from '../../config/kind-settings.ts';

/** A container engine that answers. */
export interface Engine {
  readonly name: 'docker' | 'podman';
  readonly cgroups: 'v1' | 'v2';
}

const engineNames = ['docker', 'podman'] as const;

/** What each engine says about itself, and what of it is the version of its cgroups. */
const questions = {
  docker: ['info', '--format', '{{.ServerVersion}} {{.CgroupVersion}}'],
  podman: ['info', '--format', '{{.Version.Version}} {{.Host.CgroupsVersion}}'],
} as const;

/** An engine that hangs is none. */
const answerLimitMs = 20_000;

/** Docker where it answers, else podman, as kind itself takes them; null where neither does. `only`: that one or none. */
export async function findEngine(only: KindSettings['engine'], signal: AbortSignal): Promise<Engine | null> {
  for (const name of only === undefined ? engineNames : [only]) {
    const asked = await execa(name, questions[name], {
      reject: false,
      timeout: answerLimitMs,
      cancelSignal: signal,
      stdin: 'ignore',
      env: withoutLockMarks(),
    });
    signal.throwIfAborted();
    // Docker's program prints the template without a server, and says so by its exit code.
    const [, version, cgroups] = /^(\d\S*) v?([12])$/m.exec(asked.stdout) ?? [];
    if (asked.exitCode === 0 && version !== undefined) return { name, cgroups: cgroups === '1' ? 'v1' : 'v2' };
  }
  return null;
}

/**
 * Runs the engine's program.
 * @returns its standard output
 * @throws with its last words
 */
export async function runEngine(
  engine: Pick<Engine, 'name'>,
  args: readonly string[],
  { signal, input }: { readonly signal: AbortSignal; readonly input?: string },
): Promise<string> {
  const done = await execa(engine.name, args, {
    cancelSignal: signal,
    reject: false,
    env: withoutLockMarks(),
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  signal.throwIfAborted();
  if (!done.failed) return done.stdout;
  throw new EngineFailed(`${engine.name} ${args[0] ?? ''} failed: ${lastLine(done.stderr) || done.shortMessage}`);
}

export class EngineFailed extends Error {
  override readonly name = 'EngineFailed';
}

/** Runs a command in a node of the cluster; a node is a container. */
export async function inNode(
  engine: Pick<Engine, 'name'>,
  node: string,
  command: readonly string[],
  options: { readonly signal: AbortSignal; readonly input?: string },
): Promise<string> {
  return runEngine(engine, ['exec', ...(options.input === undefined ? [] : ['-i']), node, ...command], options);
}

/** The command that prints what a unit of a node has logged. */
export function journalOf(unit: 'kubelet' | 'containerd'): readonly string[] {
  return ['journalctl', '--no-pager', '--output=cat', '--unit', unit];
}
