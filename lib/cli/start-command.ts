import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { execa } from 'execa';
import { projectRoot } from '../build/project-root.ts';
import { acquireCluster } from '../cluster/acquire-cluster.ts';
import { loadConfig } from '../config/load-config.ts';
import { newRunId } from '../config/run-id.ts';
import { exitCodeOfRun } from './exit-code-of-run.ts';
import { progressLines } from './progress-lines.ts';
import { UsageError } from './usage-error.ts';

/** `npm start`: from nothing to a verdict. */
export function startCommand(signal: AbortSignal) {
  return new Command('start')
    .description(
      'set up what is missing, boot the embedded cluster, run the main drill, show the verdict, put everything away',
    )
    .option('--keep', 'leave the cluster up afterwards', false)
    .option('--no-wait', 'give up when the cluster is in use, instead of waiting for it')
    .option('--experiment <file>', 'another experiment than the main drill', 'experiments/node-cache-killed.spec.ts')
    .action(async ({ keep, wait, experiment }) => {
      const config = await loadConfig();
      await refuseNoExperiment(experiment);
      const progress = progressLines();
      const runId = newRunId();
      const user = { runId, command: typedCommand(), wait };
      const cluster = await acquireCluster(config, { user, signal, progress });
      try {
        process.exitCode = await runExperiment(experiment, runId, signal);
      } finally {
        if (!keep) {
          if (cluster.kind === 'embedded') progress('cluster', 'putting the embedded cluster away');
          await cluster.release();
        }
      }
    });
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

/**
 * Playwright runs in a process group of its own, so that a terminal's Ctrl-C reaches it once, by way of us: a second SIGINT would make it
 * drop its teardown, and with it the undoing of the fault.
 */
async function runExperiment(experiment: string, runId: string, signal: AbortSignal): Promise<number> {
  const running = execa(join(projectRoot, 'node_modules/.bin/playwright'), ['test', experiment], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      NODELOCAL_DRILL_RUN_ID: runId,
      NODELOCAL_DRILL_COMMAND: typedCommand(),
    },
    reject: false,
  });
  const passOn = () => void running.kill('SIGINT');
  signal.addEventListener('abort', passOn, { once: true });
  await running;
  signal.removeEventListener('abort', passOn);
  return exitCodeOfRun(join(projectRoot, 'results', runId));
}
