import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { execa } from 'execa';
import { projectRoot } from '../build/project-root.ts';
import { acquireEmbedded } from '../cluster/embedded/embedded-cluster.ts';
import { loadConfig } from '../config/load-config.ts';
import { newRunId } from '../config/run-id.ts';
import { exitCodeOfRun } from './exit-code-of-run.ts';
import { progressLines } from './progress-lines.ts';

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
      const progress = progressLines();
      const runId = newRunId();
      const user = { runId, command: typedCommand(), wait };
      const cluster =
        config.cluster.kind === 'embedded'
          ? await acquireEmbedded({
              user,
              settings: config.cluster.embedded,
              nodeCache: config.nodeLocal,
              signal,
              progress,
            })
          : null;
      try {
        process.exitCode = await runExperiment(experiment, runId, signal);
      } finally {
        if (cluster !== null && !keep) {
          progress('cluster', 'putting the embedded cluster away');
          await cluster.release();
        }
      }
    });
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
