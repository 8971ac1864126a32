import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BadInput } from '../bad-input.ts';

/** Command lines and environments. */
export const commandInputs: readonly BadInput[] = [
  {
    name: 'an unknown command',
    args: () => ['rejugde'],
    says: ["unknown command 'rejugde'", 'Did you mean rejudge?', '--help'],
  },
  {
    name: 'an unknown subcommand',
    args: () => ['cluster', 'upp'],
    says: ["unknown command 'upp'", 'Did you mean up?'],
  },
  {
    name: 'an unknown option',
    args: () => ['start', '--kep'],
    says: ["unknown option '--kep'", 'Did you mean --keep?'],
  },
  {
    name: 'an option without its value',
    args: () => ['start', '--experiment'],
    says: ["'--experiment <file>' argument missing"],
  },
  {
    name: 'no number of nodes',
    args: () => ['verify', '--probe', '--nodes', '0'],
    says: ['--nodes takes a number from 1 to 50, not "0"'],
  },
  {
    name: 'nodes without a probe',
    args: () => ['verify', '--nodes', '2'],
    says: ['--nodes and --yes are for --probe'],
  },
  { name: 'an argument too few', args: () => ['rejudge'], says: ["missing required argument 'run-folder'"] },
  { name: 'an argument too many', args: () => ['cluster', 'down', 'now'], says: ['too many arguments'] },
  {
    name: 'an experiment that is not there',
    args: () => ['start', '--experiment', 'experiments/node-cache-kiled.spec.ts'],
    says: ['experiments/node-cache-kiled.spec.ts', 'there are experiments/no-fault.spec.ts'],
  },
  {
    name: 'an experiment that is a folder',
    args: () => ['start', '--experiment', 'experiments'],
    says: ['--experiment experiments: there is no such experiment'],
  },
  {
    name: 'a log that is not there',
    args: () => ['cluster', 'logs', 'kube-api'],
    says: ['has no log "kube-api"', 'it is not up'],
  },
  {
    name: 'a file as cache',
    args: () => ['cluster', 'up'],
    prepare: async (folder) => {
      await writeFile(join(folder, 'cached'), '');
    },
    env: (folder) => ({ NODELOCAL_DRILL_CACHE: join(folder, 'cached') }),
    says: ['the cache $FOLDER/cached is a file', 'NODELOCAL_DRILL_CACHE'],
  },
  {
    name: 'a cache below a file',
    args: () => ['cluster', 'up'],
    prepare: async (folder) => {
      await writeFile(join(folder, 'file'), '');
    },
    env: (folder) => ({ NODELOCAL_DRILL_CACHE: join(folder, 'file/cache') }),
    says: ["the cache $FOLDER/file/cache can't be made, as $FOLDER/file is a file"],
  },
  {
    name: 'a cache that is not writable',
    args: () => ['cluster', 'up'],
    prepare: async (folder) => {
      await mkdir(join(folder, 'locked'), { mode: 0o500 });
    },
    // Root may write anywhere but where the kernel itself says no.
    env: () => ({ NODELOCAL_DRILL_CACHE: '/proc/sys/cache' }),
    says: ["the cache /proc/sys/cache can't be made, as /proc/sys is not writable"],
  },
];
