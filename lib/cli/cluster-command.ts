import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { lockCluster } from '../cluster/embedded/cluster-lock.ts';
import { down } from '../cluster/embedded/down.ts';
import { contextName, runDir } from '../cluster/embedded/paths.ts';
import { readUntrusted } from '../cluster/embedded/read-untrusted.ts';
import { refuseStrangers } from '../cluster/embedded/refuse-strangers.ts';
import { embeddedStatus } from '../cluster/embedded/status.ts';
import { up } from '../cluster/embedded/up.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Interrupts } from './interrupts.ts';
import { progressLines } from './progress-lines.ts';
import { UsageError } from './usage-error.ts';
import { whatIsLeft } from './what-is-left.ts';

/** `nodelocal-drill cluster …`: the embedded cluster by hand. */
export function clusterCommand(interrupts: Interrupts): Command {
  const { signal } = interrupts;
  const command = new Command('cluster').description(
    'the embedded Kubernetes cluster: a real one, on this machine, without Docker',
  );
  command
    .command('up')
    .description('boot it (or reuse the one that is up), and print how to reach it')
    .option(...noWait)
    .action(async ({ wait }) => {
      const config = await loadConfig();
      const { cluster, nodeLocal } = config;
      const settings = cluster.embedded;
      await refuseStrangers(settings.name);
      const progress = progressLines();
      interrupts.holding = {
        onFirst: 'stopping; once more leaves at once',
        onLeaving: `left at once: \`npx nodelocal-drill cluster down\` puts away what there is of the embedded cluster "${settings.name}"`,
        aftermath: () => whatIsLeft(config, null),
      };
      await using _lock = await lockCluster({ ...byHand('up'), name: settings.name, wait, signal, progress });
      const { booted } = await up({ settings, nodeCache: nodeLocal, signal, progress });
      if (!booted) process.stdout.write(`The embedded cluster "${settings.name}" is up already.\n`);
      process.stdout.write(
        `export KUBECONFIG=${join(runDir(settings.name), 'kubeconfig')}\n# context ${contextName(settings.name)}; put it away with: npx nodelocal-drill cluster down\n`,
      );
    });
  command
    .command('down')
    .description('put it away: processes, mounts, network, cgroups, files; also after a crash')
    .option(...noWait)
    .action(async ({ wait }) => {
      const { name } = (await loadConfig()).cluster.embedded;
      await refuseStrangers(name);
      await using _lock = await lockCluster({ ...byHand('down'), name, wait, signal, progress: progressLines() });
      const before = await embeddedStatus(name);
      await down(name);
      process.stdout.write(
        before.state === 'absent'
          ? `There was no embedded cluster "${name}".\n`
          : `The embedded cluster "${name}" is put away.\n`,
      );
    });
  command
    .command('status')
    .description('say whether it is up, and with what')
    .action(async () => {
      process.stdout.write(describe(await embeddedStatus((await loadConfig()).cluster.embedded.name)));
    });
  command
    .command('logs')
    .description("print a component's log; without a name, list the names")
    .argument('[component]', 'such as kube-apiserver, or both/kubelet')
    .action(async (component) => {
      const { name } = (await loadConfig()).cluster.embedded;
      const logs = await logFiles(await embeddedStatus(name));
      if (component === undefined) {
        process.stdout.write(`${[...logs.keys()].join('\n')}\n`);
        return;
      }
      const path = logs.get(component);
      if (path === undefined)
        throw new UsageError(
          `the embedded cluster "${name}" has no log "${component}"; there are: ${[...logs.keys()].join(', ') || 'none (it is not up)'}`,
        );
      process.stdout.write(await readUntrusted(path));
    });
  return command;
}

const noWait = ['--no-wait', 'give up when the cluster is in use, instead of waiting for it'] as const;

function byHand(command: string) {
  return { runId: null, command: `nodelocal-drill cluster ${command}` };
}

function describe(status: Awaited<ReturnType<typeof embeddedStatus>>): string {
  switch (status.state) {
    case 'absent':
      return 'not there\n';
    case 'remains':
      return `gone, but something is left in ${status.dir}: run \`npx nodelocal-drill cluster down\`\n`;
    case 'up': {
      const { settings, nodeCache, packages, leftOpen } = status.facts;
      return [
        `up           first process ${status.pid}`,
        `kubeconfig   ${status.kubeconfigPath}`,
        `context      ${contextName(settings.name)}`,
        `nodes        ${settings.nodes.map(({ name, site }) => (name === undefined || name === site ? site : `${name} (${site})`)).join(', ')}`,
        `kube-proxy   ${settings.kubeProxyMode}`,
        `node-cache   ${nodeCache.program}, ${nodeCache.version}`,
        `packages     ${Object.entries(packages)
          .map((nameAndVersion) => nameAndVersion.join(' '))
          .join(', ')}`,
        ...(leftOpen ?? []).map((what) => `open         can't be shut off from ${what}`),
        '',
      ].join('\n');
    }
  }
}

/** Logs by name: `kube-apiserver`, `both/kubelet`. Those of nodes are in the mounts of the cluster's first process. */
async function logFiles(status: Awaited<ReturnType<typeof embeddedStatus>>): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (status.state === 'absent') return found;
  const collect = async (folder: string, prefix: string) => {
    for (const entry of await readdir(folder).catch(() => []))
      if (entry.endsWith('.log')) found.set(`${prefix}${entry.slice(0, -4)}`, join(folder, entry));
  };
  await collect(join(status.dir, 'logs'), '');
  if (status.state !== 'up') return found;
  const nodes = join('/proc', status.pid.toString(), 'root', status.dir, 'nodes');
  for (const node of await readdir(nodes).catch(() => [])) await collect(join(nodes, node), `${node}/`);
  return found;
}
