#!/usr/bin/env node
import { Command } from '@commander-js/extra-typings';
import packageJson from '../../package.json' with { type: 'json' };
import { cacheCommand } from './cache-command.ts';
import { clusterCommand } from './cluster-command.ts';
import { compareCommand } from './compare-command.ts';
import { rejudgeCommand } from './rejudge-command.ts';
import { reportError, sayUsageError } from './report-error.ts';
import { startCommand } from './start-command.ts';
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
  .showSuggestionAfterError();
program.addCommand(startCommand(interrupted.signal));
program.addCommand(clusterCommand(interrupted.signal));
program.addCommand(cacheCommand(interrupted.signal));
program.addCommand(rejudgeCommand());
program.addCommand(compareCommand());
program.addCommand(verifyCommand(interrupted.signal));
for (const command of [program, ...program.commands])
  for (const each of [command, ...command.commands])
    each.exitOverride().configureOutput({ outputError: sayUsageError });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, interrupted.signal);
}
