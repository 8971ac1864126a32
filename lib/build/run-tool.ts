import { execa } from 'execa';
import { lastLine } from './last-line.ts';

export interface RunTool {
  readonly signal: AbortSignal;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line of standard error. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a compiler or a fetcher, which ends when this process does, however that ends: SIGKILL to it leaves no build running (setpriv of util-linux
 * asks the kernel for that). Not for apt: a package manager must not be killed.
 * @returns standard output
 * @throws ToolFailed, or the signal's reason
 */
export async function runTool(
  tool: string,
  args: readonly string[],
  { signal, cwd, env = {}, onLine }: RunTool,
): Promise<string> {
  const running = execa('setpriv', ['--pdeathsig', 'KILL', tool, ...args], {
    cancelSignal: signal,
    stdin: 'ignore',
    env,
    reject: false,
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (onLine !== undefined) for await (const line of running.iterable({ from: 'stderr' })) onLine(line);
  const done = await running;
  signal.throwIfAborted();
  if (!done.failed) return done.stdout;
  const last = lastLine(done.stderr);
  throw new ToolFailed(`${tool} ${args[0] ?? ''} failed: ${last === '' ? done.shortMessage : last}`, done.stderr);
}

/** A tool that ended with an error; the message has its last line. */
export class ToolFailed extends Error {
  override readonly name = 'ToolFailed';
  readonly stderr: string;

  constructor(message: string, stderr: string) {
    super(message);
    this.stderr = stderr;
  }
}
