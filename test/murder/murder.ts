import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { killQuietly } from '../../lib/build/kill-quietly.ts';
import { lastLine } from '../../lib/build/last-line.ts';
import { projectRoot } from '../../lib/build/project-root.ts';
import { machineSnapshot } from '../support/machine-snapshot.ts';
import { seededRandom } from '../support/random.ts';
import { scenes, type Scene } from './scene.ts';
import { possibleVictims, victimKinds, type Victim } from './victims.ts';

export interface Murder {
  readonly number: number;
  readonly seed: number;
  readonly scene: string;
  /** Null when the command was over before anybody died. */
  readonly victim: Victim | null;
  readonly atMs: number;
  /** What is wrong after it; none: clean. */
  readonly wrong: readonly string[];
  readonly tookMs: number;
}

/** Name of the cluster in test/configs/murder.config.ts. */
const name = 'murder';
const cli = join(projectRoot, 'lib/cli/main.ts');

/** Who survives may notice the murder and end by itself; after this it is told to, as by Ctrl-C. */
const patienceMs = 3_000;
/** … and after this it hangs: undoing on a cluster that is broken may use up `timing.undo`, a minute, and the teardown its own limits. */
const endLimitMs = 120_000;
/** `cluster down` and `cluster up` with a warm cache take seconds. */
const commandLimitMs = 120_000;

/**
 * Starts a scene, kills one of its processes at a moment of it, puts the cluster away, compares the machine with before, and boots once more.
 * Scene, victim and moment follow from seed and number.
 */
export async function murder(seed: number, number: number, say: (line: string) => void): Promise<Murder> {
  const random = seededRandom(seed * 1_000 + number);
  const scene = pick(scenes, random);
  const moment = random() * scene.withinMs;
  const order = shuffled(victimKinds, random);
  const begun = performance.now();
  const wrong: string[] = [];
  const scratch = await mkdtemp(join(tmpdir(), 'nodelocal-drill-murder-'));
  await mkdir(join(scratch, 'tmp'));
  const environment = environmentOf(scene, scratch, `murder-${seed}-${number}`);
  const before = await machineSnapshot(name);
  if (scene.onCluster === true) await command(['cluster', 'up'], environment, wrong);
  const { victim, atMs } = await act(scene, { environment, moment, order, wrong });
  say(
    `murder ${number} of seed ${seed}: ${victim === null ? 'nobody' : `${victim.kind} (${victim.pid})`} ${(atMs / 1000).toFixed(2)} s into ${scene.name}`,
  );
  await command(['cluster', 'down'], environment, wrong);
  await compare(before, 'after down', wrong);
  const warm = environmentOf({ ...scene, emptyCache: false }, scratch, null);
  await command(['cluster', 'up'], warm, wrong);
  await command(['cluster', 'down'], warm, wrong);
  await compare(before, 'after the second up and down', wrong);
  for (const file of await leftIn(join(scratch, 'tmp'))) wrong.push(`a file is left: ${file}`);
  await rm(scratch, { recursive: true, force: true });
  await rm(join(projectRoot, 'results', `murder-${seed}-${number}`), { recursive: true, force: true });
  return { number, seed, scene: scene.name, victim, atMs, wrong, tookMs: performance.now() - begun };
}

interface Act {
  readonly environment: NodeJS.ProcessEnv;
  readonly moment: number;
  readonly order: readonly string[];
  readonly wrong: string[];
}

async function act(scene: Scene, { environment, moment, order, wrong }: Act) {
  const begun = performance.now();
  const runner = spawn(process.execPath, scene.command, {
    cwd: projectRoot,
    env: environment,
    stdio: 'ignore',
    // Ctrl-C at the murders is not one at their scene.
    detached: true,
  });
  const ended = once(runner, 'close').then(() => 'ended' as const);
  await Promise.race([sleep(moment), ended]);
  const possible = runner.exitCode === null ? await possibleVictims(name, runner.pid ?? 0) : [];
  const victim = order.map((kind) => possible.find((each) => each.kind === kind)).find((each) => each !== undefined);
  const atMs = performance.now() - begun;
  if (victim !== undefined) killQuietly(victim.pid);
  const over = (limitMs: number) => Promise.race([ended, sleep(limitMs).then(() => null)]);
  if ((await over(patienceMs)) === null) {
    runner.kill('SIGINT');
    if ((await over(endLimitMs)) === null) {
      wrong.push(`the survivors hang: Ctrl-C did not end them within ${endLimitMs / 1000} s`);
      runner.kill('SIGKILL');
      await ended;
    }
  }
  return { victim: victim ?? null, atMs };
}

/** A command of the suite, which must succeed. */
async function command(args: readonly string[], env: NodeJS.ProcessEnv, wrong: string[]): Promise<void> {
  const done = await execa(process.execPath, [cli, ...args], {
    cwd: projectRoot,
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: commandLimitMs,
    killSignal: 'SIGKILL',
    detached: true,
  });
  if (done.failed) wrong.push(`${args.join(' ')} failed: ${lastLine(done.stderr) || done.shortMessage}`);
}

async function compare(before: readonly string[], when: string, wrong: string[]): Promise<void> {
  const after = await machineSnapshot(name);
  for (const line of after.filter((each) => !before.includes(each))) wrong.push(`${when} there is ${line}`);
  for (const line of before.filter((each) => !after.includes(each))) wrong.push(`${when} there is no ${line}`);
}

/** Temporary files go where they can be told from other people's. */
function environmentOf(scene: Scene, scratch: string, runId: string | null): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_TEST_CONTEXT: undefined,
    NODELOCAL_DRILL_CONFIG: join(projectRoot, 'test/configs/murder.config.ts'),
    TMPDIR: join(scratch, 'tmp'),
    ...(runId === null ? {} : { NODELOCAL_DRILL_RUN_ID: runId }),
    ...(scene.emptyCache === true ? { NODELOCAL_DRILL_CACHE: join(scratch, 'cache') } : {}),
  };
}

/** Playwright keeps compiled modules there, as a cache of its own. */
async function leftIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((file) => !file.startsWith('playwright-transform-cache'));
}

function pick<T>(all: readonly T[], random: () => number): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}

function shuffled<T>(all: readonly T[], random: () => number): readonly T[] {
  return all
    .map((each) => ({ each, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}
