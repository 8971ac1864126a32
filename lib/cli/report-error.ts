import { CommanderError } from '@commander-js/extra-typings';
import { briefly } from './briefly.ts';
import { exitCodes } from './exit-codes.ts';
import type { Interrupts } from './interrupts.ts';
import { isWrongUsage } from './wrong-usage.ts';

/** Says on stderr why the command failed: one sentence for what the user can mend, with its causes for what broke. @returns the exit code */
export async function reportError(error: unknown, interrupts: Interrupts): Promise<number> {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage;
  if (isWrongUsage(error)) {
    say(error.message);
    return exitCodes.usage;
  }
  if (interrupts.what === null) say(causes(error).join('\n  because: '));
  else await sayAborted(interrupts);
  return exitCodes.broken;
}

/** How an interrupted command ends: what interrupted it, and what is left. */
export async function sayAborted({ what, holding }: Interrupts): Promise<void> {
  const left = (await holding?.aftermath().catch(() => [])) ?? [];
  say([`ABORTED by ${what ?? 'nobody'}`, ...left].join('\n  '));
}

/** Commander's own words for a command line that it can't read, as one sentence. */
export function sayUsageError(text: string): void {
  say(
    `${text
      .trim()
      .replace(/^error: /, '')
      .replaceAll(/\s*\n\s*/g, ' ')}; --help lists what there is`,
  );
}

function say(text: string): void {
  process.stderr.write(`nodelocal-drill: ${text}\n`);
}

/** The error and its causes, each brief; what was said already is not said again. */
function causes(error: unknown, said = ''): readonly string[] {
  const message = briefly(error);
  const own = said.includes(message) ? [] : [message];
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? own : [...own, ...causes(cause, said + message)];
}
