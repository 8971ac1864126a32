import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../lib/build/project-root.ts';
import { identityOf } from '../../lib/build/process-identity.ts';

const commands = {
  'npm start': [join(projectRoot, 'lib/cli/main.ts'), 'start'],
  'npx playwright test': [
    join(projectRoot, 'node_modules/@playwright/test/cli.js'),
    'test',
    'experiments/node-cache-killed.spec.ts',
  ],
} as const;

export interface StartOptions {
  readonly runId: string;
  readonly configPath: string;
  /** Default: `npm start`. */
  readonly command?: keyof typeof commands;
  /** On a terminal of its own, that `closeTerminal` closes. */
  readonly terminal?: boolean;
}

/** A run, without npm or npx, for those who interrupt it. */
export interface StartedRun {
  /** Of the command itself. */
  readonly pid: number;
  readonly output: () => string;
  readonly closeTerminal: () => void;
  /** When `what` holds of all that it has said and of its journal. @throws when it ends before, or after a minute */
  readonly until: (what: string, holds: (output: string, journal: string) => boolean) => Promise<void>;
  /** Its exit code; null where that can't be known, on a terminal. @throws when it goes on for `limitMs`, or died of a signal */
  readonly end: (limitMs: number) => Promise<number | null>;
}

/** `results/<run-id>` of the checkout. */
export function resultsOf(runId: string): string {
  return join(projectRoot, 'results', runId);
}

export async function startRun({ runId, configPath, terminal = false, ...options }: StartOptions): Promise<StartedRun> {
  await rm(resultsOf(runId), { recursive: true, force: true });
  const env = {
    ...process.env,
    NODELOCAL_DRILL_RUN_ID: runId,
    NODELOCAL_DRILL_CONFIG: configPath,
    NODE_TEST_CONTEXT: undefined,
  };
  const command = [process.execPath, ...commands[options.command ?? 'npm start']] as const;
  const child = terminal
    ? spawn('script', ['--quiet', '--flush', '--command', `exec ${command.join(' ')}`, '/dev/null'], { env })
    : spawn(command[0], command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const pid = terminal ? await childOf(child.pid ?? 0) : (child.pid ?? 0);
  const output = () => said.replaceAll('\r\n', '\n');
  const isOver = async () => (await identityOf(pid)) === null;
  return {
    pid,
    output,
    closeTerminal: () => void child.kill('SIGKILL'),
    until: async (what, holds) => {
      const begun = performance.now();
      while (!holds(output(), await journalText(runId))) {
        if (await isOver()) throw new Error(`it ended before ${what}:\n${output()}`);
        if (performance.now() - begun > 60_000) throw new Error(`${what} did not come within 60 s:\n${output()}`);
        await sleep(20);
      }
    },
    end: async (limitMs) => {
      const begun = performance.now();
      // On a terminal the child is `script`, which is gone before the run. Elsewhere /proc is no witness: it shows a process as a zombie as soon as its
      // first thread has ended, and the exit code is there after the last, which on a busy machine may be seconds later.
      while (terminal ? !(await isOver()) : child.exitCode === null && child.signalCode === null) {
        if (performance.now() - begun > limitMs) throw new Error(`it goes on after ${limitMs} ms:\n${output()}`);
        await sleep(20);
      }
      if (terminal) return null;
      if (child.signalCode !== null) throw new Error(`it died of ${child.signalCode}:\n${output()}`);
      return child.exitCode;
    },
  };
}

async function journalText(runId: string): Promise<string> {
  const path = join(resultsOf(runId), 'node-cache-killed/journal.ndjson');
  return existsSync(path) ? readFile(path, 'utf8') : '';
}

/** The one process that `parent` starts. */
async function childOf(parent: number): Promise<number> {
  for (;;) {
    for (const entry of await readdir('/proc')) {
      const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent) return Number(entry);
    }
    await sleep(10);
  }
}
