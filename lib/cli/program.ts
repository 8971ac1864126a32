import { Command } from '@commander-js/extra-typings';
import packageJson from '../../package.json' with { type: 'json' };
import { cacheCommand } from './cache-command.ts';
import { clusterCommand } from './cluster-command.ts';
import { compareCommand } from './compare-command.ts';
import { imageCommand } from './image-command.ts';
import type { Interrupts } from './interrupts.ts';
import { rejudgeCommand } from './rejudge-command.ts';
import { reportError, sayUsageError } from './report-error.ts';
import { startCommand } from './start-command.ts';
import { verifyCommand } from './verify-command.ts';

/** Runs the command line of this process, and sets its exit code. */
export async function runProgram(interrupts: Interrupts): Promise<void> {
  const program = new Command('nodelocal-drill')
    .description(
      'Chaos and failover tests for NodeLocal DNSCache: break node-local-dns, resolve names all the while, hold outages to thresholds.',
    )
    .version(packageJson.version)
    .exitOverride()
    .showSuggestionAfterError();
  program.addCommand(startCommand(interrupts));
  program.addCommand(clusterCommand(interrupts));
  program.addCommand(cacheCommand(interrupts.signal));
  program.addCommand(imageCommand(interrupts.signal));
  program.addCommand(rejudgeCommand(interrupts.signal));
  program.addCommand(compareCommand(interrupts.signal));
  program.addCommand(verifyCommand(interrupts));
  for (const command of [program, ...program.commands])
    for (const each of [command, ...command.commands])
      each.exitOverride().configureOutput({ outputError: sayUsageError });

  // Interrupted while it was loaded: nothing is begun.
  program.hook('preAction', () => {
    interrupts.signal.throwIfAborted();
  });

  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = await reportError(error, interrupts);
  }
}
