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

/** The one embedded cluster that inputs speak of. */
const clusterName = 'bad-input';

/** Gives an input to the real command, with a configuration and a cache of its own. */
export async function runInput(input: BadInput, folder: string): Promise<Ended> {
  const configPath = join(folder, 'drill.config.mts');
  if (input.configText !== undefined) await writeFile(configPath, input.configText);
  else await writeFile(configPath, `export default ${JSON.stringify(named(input.config?.(folder) ?? {}))};\n`);
  await input.prepare?.(folder);
  const command =
    input.playwright === true
      ? [join(projectRoot, 'node_modules/@playwright/test/cli.js'), 'test']
      : [join(projectRoot, 'lib/cli/main.ts')];
  const cache = join(folder, 'cache');
  const ended = await execa(process.execPath, [...command, ...input.args(folder)], {
    cwd: projectRoot,
    stdin: 'ignore',
    reject: false,
    timeout: limitMs,
    killSignal: 'SIGKILL',
    env: {
      NODELOCAL_DRILL_CONFIG: configPath,
      NODELOCAL_DRILL_CACHE: cache,
      NODELOCAL_DRILL_RUN_ID: undefined,
      KUBECONFIG: undefined,
      HOME: folder,
      NODE_TEST_CONTEXT: undefined,
      ...input.env?.(folder),
    },
  });
  return {
    exitCode: ended.exitCode,
    stdout: ended.stdout,
    stderr: ended.stderr,
    left: [runDir(clusterName), cache].filter((path) => existsSync(path)),
  };
}

function named(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  const { cluster = {} } = config as { readonly cluster?: unknown };
  if (typeof cluster !== 'object' || cluster === null) return config;
  const { embedded = {} } = cluster as { readonly embedded?: object };
  return { ...config, cluster: { ...cluster, embedded: { name: clusterName, ...embedded } } };
}
