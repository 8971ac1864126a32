#!/usr/bin/env node
import { Command, CommanderError } from '@commander-js/extra-typings';
import packageJson from '../../package.json' with { type: 'json' };
import { ContextRefused } from '../cluster/context-refused.ts';
import { ConfigError } from '../config/config-error.ts';
import { InUse } from '../kube/in-use.ts';
import { JournalError } from '../journal/journal-error.ts';
import { cacheCommand } from './cache-command.ts';
import { KubeconfigError } from '../kube/kubeconfig-error.ts';
import { clusterCommand } from './cluster-command.ts';
import { compareCommand } from './compare-command.ts';
import { exitCodes } from './exit-codes.ts';
import { rejudgeCommand } from './rejudge-command.ts';
import { startCommand } from './start-command.ts';
import { UsageError } from './usage-error.ts';
import { verifyCommand } from './verify-command.ts';

// A reader that has seen enough (`… | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    interrupted.abort(new Error(signal));
  });

const program = new Command('nodelocal-drill')
  .description(
    'Chaos and failover tests for NodeLocal DNSCache: break node-local-dns, resolve names all the while, hold outages to thresholds.',
  )
  .version(packageJson.version)
  .exitOverride()
  .showSuggestionAfterError()
  .showHelpAfterError('(nodelocal-drill --help lists the commands)');
program.addCommand(startCommand(interrupted.signal));
program.addCommand(clusterCommand(interrupted.signal));
program.addCommand(cacheCommand(interrupted.signal));
program.addCommand(rejudgeCommand());
program.addCommand(compareCommand());
program.addCommand(verifyCommand(interrupted.signal));
for (const command of program.commands) for (const each of [command, ...command.commands]) each.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** One sentence for what the user can mend; the whole error, with its causes, for what the suite did wrong. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  if (
    error instanceof UsageError ||
    error instanceof ConfigError ||
    error instanceof JournalError ||
    error instanceof ContextRefused ||
    error instanceof InUse ||
    error instanceof KubeconfigError
  ) {
    process.stderr.write(`nodelocal-drill: ${error.message}\n`);
    return exitCodes.usage;
  }
  if (interrupted.signal.aborted) {
    process.stderr.write(
      `nodelocal-drill: ABORTED by ${interrupted.signal.reason instanceof Error ? interrupted.signal.reason.message : 'a signal'}\n`,
    );
    return exitCodes.broken;
  }
  process.stderr.write(`nodelocal-drill: ${messages(error).join('\n  because: ')}\n`);
  return exitCodes.broken;
}

function messages(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : messages(error.cause))];
}
