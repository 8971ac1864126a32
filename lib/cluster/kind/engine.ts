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
    const asked = await execa(...inOwnMounts(name, questions[name]), {
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

interface EngineCall {
  readonly signal: AbortSignal;
  readonly input?: string;
}

/**
 * Runs the engine's program.
 * @returns its standard output
 * @throws EngineFailed with its last words
 */
export async function runEngine(
  engine: Pick<Engine, 'name'>,
  args: readonly string[],
  call: EngineCall,
): Promise<string> {
  return outputOf(engine, args, [engine.name, args], call);
}

/** The same for a question, after which the machine is as it was: no engine need be used afterwards. */
export async function askEngine(
  engine: Pick<Engine, 'name'>,
  args: readonly string[],
  call: EngineCall,
): Promise<string> {
  return outputOf(engine, args, inOwnMounts(engine.name, args), call);
}

/**
 * The command that asks an engine. podman as root binds the folder of its storage onto itself, whatever it is asked, and leaves that mount behind
 * (containers/storage drivers/overlay/overlay.go, `mount.MakePrivate`; seen with podman 4.3.1): it gets mounts of its own, which end with it.
 */
function inOwnMounts(name: Engine['name'], args: readonly string[]): [program: string, args: readonly string[]] {
  if (name !== 'podman' || process.getuid?.() !== 0) return [name, args];
  return ['unshare', ['--mount', '--propagation', 'private', name, ...args]];
}

async function outputOf(
  engine: Pick<Engine, 'name'>,
  args: readonly string[],
  command: [program: string, args: readonly string[]],
  { signal, input }: EngineCall,
): Promise<string> {
  const done = await execa(...command, {
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
