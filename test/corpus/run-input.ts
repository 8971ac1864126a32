import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';
import { runDir } from '../../lib/cluster/embedded/paths.ts';
import type { BadInput } from './bad-input.ts';

export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Paths that the command made although it should have made nothing. */
  readonly left: readonly string[];
}

/** A refusal takes a second on a machine that does nothing else; who is still at work after this long has begun something. */
const limitMs = 120_000;

/** Gives an input to the real command, with a configuration and a cache of its own. */
export async function runInput(input: BadInput, folder: string): Promise<Ended> {
  const { running, left } = await beginInput(input, folder);
  const ended = await running;
  return { exitCode: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr, left: left() };
}

/** The same, while it runs: for who sends it a signal. */
export async function beginInput(input: BadInput, folder: string) {
  const clusterName = clusterNameOf(input);
  const configPath = join(folder, 'drill.config.mts');
  if (input.configText !== undefined) await writeFile(configPath, input.configText);
  else
    await writeFile(
      configPath,
      `export default ${JSON.stringify(named(input.config?.(folder) ?? {}, clusterName))};\n`,
    );
  await input.prepare?.(folder);
  const command =
    input.playwright === true
      ? [join(projectRoot, 'node_modules/@playwright/test/cli.js'), 'test']
      : [join(projectRoot, 'lib/cli/main.ts')];
  const cache = join(folder, 'cache');
  const running = execa(process.execPath, [...command, ...input.args(folder)], {
    cwd: projectRoot,
    stdin: 'ignore',
    reject: false,
    timeout: limitMs,
    killSignal: 'SIGKILL',
    env: {
      NODELOCAL_DRILL_CONFIG: configPath,
      NODELOCAL_DRILL_CACHE: cache,
      NODELOCAL_DRILL_RUN_ID: undefined,
      // All inputs load the same modules: kept compiled, that takes half the time.
      NODE_COMPILE_CACHE: join(folder, '../compiled'),
      KUBECONFIG: undefined,
      HOME: folder,
      NODE_TEST_CONTEXT: undefined,
      ...input.env?.(folder),
    },
  });
  return { running, left: () => [runDir(clusterName), cache].filter((path) => existsSync(path)) };
}

/** The embedded cluster that an input speaks of: one of its own, since those of a name wait for each other. */
function clusterNameOf({ name }: BadInput): string {
  return `bad-input-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

function named(config: unknown, clusterName: string): unknown {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  const { cluster = {} } = config as { readonly cluster?: unknown };
  if (typeof cluster !== 'object' || cluster === null) return config;
  const { embedded = {} } = cluster as { readonly embedded?: object };
  // Not `auto`, whose choice is the machine's.
  return { ...config, cluster: { provider: 'embedded', ...cluster, embedded: { name: clusterName, ...embedded } } };
}
