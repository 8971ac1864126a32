import { join } from 'node:path';
import { execa } from 'execa';
import { killQuietly } from '../build/kill-quietly.ts';
import { projectRoot } from '../build/project-root.ts';
import { exitCodes } from './exit-codes.ts';
import { exitCodeOfRun } from './exit-code-of-run.ts';
import { runModeVariables } from './run-mode.ts';

/** The file descriptor of Playwright's process that is at its end when we are gone; the environment variable that names it. */
const lifeline = 3;
export const lifelineVariable = 'NODELOCAL_DRILL_LIFELINE';

/** Longer than all undos of a drill and the run's teardown may take by their own limits (fixtures/test.ts, fixtures/global-setup.ts). */
const undoLimitMs = 5 * 60_000;

export interface RunExperiment {
  readonly runId: string;
  readonly command: string;
  /** It only says what it would do, and leaves no results. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/**
 * Runs one experiment by Playwright, and gives the run's exit code. Playwright has a process group of its own, so that a terminal's Ctrl-C reaches
 * it once, by way of us. It never outlives us for long: who leaves at once takes it along, and when we are killed it finds its lifeline
 * cut and ends as by Ctrl-C.
 */
export async function runExperiment(
  experiment: string,
  { runId, command, dryRun, signal }: RunExperiment,
): Promise<number> {
  const running = execa(join(projectRoot, 'node_modules/.bin/playwright'), ['test', experiment], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    env: {
      NODELOCAL_DRILL_RUN_ID: runId,
      NODELOCAL_DRILL_COMMAND: command,
      [lifelineVariable]: String(lifeline),
      ...runModeVariables({ dryRun }),
    },
    reject: false,
  });
  const takeAlong = () => {
    if (running.pid !== undefined) killQuietly(-running.pid);
  };
  let limit: NodeJS.Timeout | undefined;
  const passOn = () => {
    running.kill('SIGINT');
    limit = setTimeout(takeAlong, undoLimitMs);
  };
  process.once('exit', takeAlong);
  signal.addEventListener('abort', passOn, { once: true });
  if (signal.aborted) passOn();
  const { exitCode } = await running;
  clearTimeout(limit);
  signal.removeEventListener('abort', passOn);
  process.off('exit', takeAlong);
  if (dryRun) return exitCode === 0 ? exitCodes.pass : exitCodes.broken;
  return exitCodeOfRun(join(projectRoot, 'results', runId));
}
