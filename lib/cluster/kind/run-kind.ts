import { join } from 'node:path';
import { execa } from 'execa';
import { lastLine } from '../../build/last-line.ts';
import type { Progress } from '../../build/progress.ts';
import { withoutLockMarks } from '../embedded/orphans.ts';
import type { Engine } from './engine.ts';

export interface RunKind {
  /** The folder of the program. */
  readonly kind: string;
  readonly engine: Pick<Engine, 'name'>;
  readonly signal: AbortSignal;
  readonly input?: string;
  /** Told what kind says while it works. */
  readonly progress?: Progress;
}

/**
 * Runs kind with the engine that was found; of itself it would take Docker first.
 * @returns its standard output
 * @throws with its `ERROR:` line
 */
export async function runKind(args: readonly string[], options: RunKind): Promise<string> {
  const running = execa(join(options.kind, 'kind'), args, {
    cancelSignal: options.signal,
    forceKillAfterDelay: 30_000,
    reject: false,
    env: { ...withoutLockMarks(), KIND_EXPERIMENTAL_PROVIDER: options.engine.name },
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  });
  for await (const line of running.iterable({ from: 'stderr' })) {
    const step = /^ • (.*?)[^\w)]+$/.exec(line)?.[1];
    if (step !== undefined) options.progress?.('kind', step.toLowerCase());
  }
  const done = await running;
  options.signal.throwIfAborted();
  if (!done.failed) return done.stdout;
  const error = /^ERROR: (.*)$/m.exec(done.stderr)?.[1] ?? lastLine(done.stderr);
  throw new Error(`kind ${args.slice(0, 2).join(' ')} failed: ${error === '' ? done.shortMessage : error}`, {
    cause: new Error(done.stderr.split('\n').slice(-30).join('\n')),
  });
}
