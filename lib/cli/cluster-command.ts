import { resolve } from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import { chooseProvider } from '../cluster/choose-provider.ts';
import { requireEngine } from '../cluster/kind/find-node-image.ts';
import { ownNodeImage } from '../cluster/kind/own-node-image.ts';
import { loadConfig } from '../config/load-config.ts';
import { refuseUnfitArchive } from '../image/refuse-archive.ts';
import type { ByHand, ClusterByHand } from './cluster-by-hand.ts';
import { embeddedByHand } from './embedded-by-hand.ts';
import type { Interrupts } from './interrupts.ts';
import { kindByHand } from './kind-by-hand.ts';
import { progressLines } from './progress-lines.ts';
import { UsageError } from './usage-error.ts';
import { whatIsLeft } from './what-is-left.ts';

/** `nodelocal-drill cluster …`: the project's own clusters by hand. */
export function clusterCommand(interrupts: Interrupts): Command {
  const { signal } = interrupts;
  const command = new Command('cluster').description(
    'a real Kubernetes cluster on this machine: the embedded one, without Docker, or one of kind',
  );
  command
    .command('up')
    .description('boot it (or reuse the one that is up), and print how to reach it')
    .option(...noWait)
    .addOption(providerOption())
    .action(async ({ wait, provider }) => {
      const { cluster, options } = await chosen(provider, signal);
      interrupts.holding = {
        onFirst: 'stopping; once more leaves at once',
        onLeaving: cluster.leaving(options.config),
        aftermath: () => whatIsLeft(options.config, null),
      };
      process.stdout.write(await cluster.up({ ...options, wait }));
    });
  command
    .command('down')
    .description('put it away: processes, mounts, network, cgroups, files; also after a crash')
    .option(...noWait)
    .addOption(providerOption())
    .action(async ({ wait, provider }) => {
      const { cluster, options } = await chosen(provider, signal);
      process.stdout.write(await cluster.down({ ...options, wait }));
    });
  command
    .command('status')
    .description('say whether it is up, and with what')
    .addOption(providerOption())
    .action(async ({ provider }) => {
      const { cluster, options } = await chosen(provider, signal);
      process.stdout.write(await cluster.status(options));
    });
  command
    .command('logs')
    .description("print a component's log; without a name, list the names")
    .argument('[component]', 'such as kube-apiserver, or both/kubelet')
    .addOption(providerOption())
    .action(async (component, { provider }) => {
      const { cluster, options } = await chosen(provider, signal);
      process.stdout.write(await cluster.logs(component, options));
    });
  command
    .command('load-image')
    .description('give every node the image of an archive, as `docker save` and `nodelocal-drill image` write it')
    .argument('<archive>', 'path of the archive')
    .addOption(providerOption())
    .action(async (archive, { provider }) => {
      const reference = await refuseUnfitArchive(archive, archive);
      const { cluster, options } = await chosen(provider, signal);
      process.stdout.write(`${await cluster.load(resolve(archive), options)} has ${reference}\n`);
    });
  command
    .command('node-image')
    .description('make a node image for kind without an image registry, and give it to the container engine')
    .action(async () => {
      const { cluster } = await loadConfig();
      const engine = await requireEngine(cluster.kind, signal);
      process.stdout.write(`${await ownNodeImage(engine, { signal, progress: progressLines() })}\n`);
    });
  return command;
}

const noWait = ['--no-wait', 'give up when the cluster is in use, instead of waiting for it'] as const;

function providerOption() {
  return new Option('--provider <provider>', 'instead of cluster.provider').choices([
    'auto',
    'kind',
    'embedded',
  ] as const);
}

async function chosen(
  asked: 'auto' | 'kind' | 'embedded' | undefined,
  signal: AbortSignal,
): Promise<{ readonly cluster: ClusterByHand; readonly options: ByHand }> {
  const config = await loadConfig();
  const provider = await chooseProvider({ ...config.cluster, provider: asked ?? config.cluster.provider }, signal);
  const options = { config, signal, progress: progressLines() };
  switch (provider) {
    case 'kind':
      return { cluster: kindByHand, options };
    case 'embedded':
      return { cluster: embeddedByHand, options };
    case 'existing':
      throw new UsageError(
        'cluster.provider is "existing", a cluster that somebody else runs: name one of the project\'s own with --provider kind or --provider embedded',
      );
  }
}
