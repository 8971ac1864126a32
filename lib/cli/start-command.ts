import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import type { Progress } from '../build/progress.ts';
import { projectRoot } from '../build/project-root.ts';
import { acquireCluster } from '../cluster/acquire-cluster.ts';
import { lookAtCluster } from '../cluster/look-at-cluster.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { loadConfig } from '../config/load-config.ts';
import { newRunId } from '../config/run-id.ts';
import { confirmHarm } from './confirm-harm.ts';
import { exitCodes } from './exit-codes.ts';
import { heldByRun } from './held-by-run.ts';
import type { Interrupts } from './interrupts.ts';
import { progressLines } from './progress-lines.ts';
import { runExperiment } from './run-experiment.ts';
import { isYes } from './run-mode.ts';
import { UsageError } from './usage-error.ts';

/** `npm start`: from nothing to a verdict. */
export function startCommand(interrupts: Interrupts) {
  const { signal } = interrupts;
  return new Command('start')
    .description('set up what is missing, boot a cluster, run the main drill, show the verdict, put everything away')
    .option('--keep', 'leave the cluster up afterwards', false)
    .option('--no-wait', 'give up when the cluster is in use, instead of waiting for it')
    .option('--experiment <file>', 'another experiment than the main drill', 'experiments/node-cache-killed.spec.ts')
    .option('--dry-run', 'say what would be created, killed and changed, and touch nothing', false)
    .option('--yes', "break somebody else's cluster (kind existing) without asking", false)
    .action(async ({ keep, wait, experiment, dryRun, yes }) => {
      const config = await loadConfig();
      await refuseNoExperiment(experiment);
      const progress = progressLines();
      if (dryRun) {
        process.exitCode = await dryRunOf(experiment, config, { signal, progress });
        return;
      }
      const runId = process.env['NODELOCAL_DRILL_RUN_ID'] ?? newRunId();
      interrupts.holding = heldByRun(config, runId);
      const user = { runId, command: typedCommand(), wait };
      const cluster = await acquireCluster(config, { user, signal, progress });
      try {
        await confirmHarm(cluster, config, {
          yes: yes || isYes(),
          signal,
          input: process.stdin,
          output: process.stderr,
        });
        process.exitCode = await runExperiment(experiment, { runId, command: typedCommand(), dryRun: false, signal });
      } finally {
        if (!keep) {
          if (cluster.kind !== 'existing') progress('cluster', `putting the ${cluster.kind} cluster away`);
          await cluster.release();
        }
      }
      // A run that was over before it was interrupted keeps its verdict.
      if (process.exitCode === exitCodes.broken) signal.throwIfAborted();
    });
}

async function dryRunOf(
  experiment: string,
  config: DrillConfig,
  options: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<number> {
  const { cluster, wouldBoot } = await lookAtCluster(config, options);
  if (cluster === null) {
    process.stdout.write(`${wouldBoot}\n`);
    return exitCodes.pass;
  }
  const run = { runId: newRunId(), command: typedCommand(), dryRun: true, signal: options.signal };
  return runExperiment(experiment, run);
}

async function refuseNoExperiment(file: string): Promise<void> {
  const entry = await stat(join(projectRoot, file)).catch(() => null);
  if (entry?.isFile() === true && file.endsWith('.spec.ts')) return;
  const there = await readdir(join(projectRoot, 'experiments'));
  throw new UsageError(
    `--experiment ${file}: there is no such experiment; there are ${there.map((name) => `experiments/${name}`).join(', ')}`,
  );
}

function typedCommand(): string {
  return ['npm start', ...process.argv.slice(3)].join(' ');
}
