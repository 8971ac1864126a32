import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lockCluster } from '../cluster/embedded/cluster-lock.ts';
import { down } from '../cluster/embedded/down.ts';
import { loadImage } from '../cluster/embedded/load-image.ts';
import { contextName, runDir } from '../cluster/embedded/paths.ts';
import { readUntrusted } from '../cluster/embedded/read-untrusted.ts';
import { refuseStrangers } from '../cluster/embedded/refuse-strangers.ts';
import { embeddedStatus } from '../cluster/embedded/status.ts';
import { up } from '../cluster/embedded/up.ts';
import { byHand, type ClusterByHand } from './cluster-by-hand.ts';
import { UsageError } from './usage-error.ts';

/** The embedded cluster by hand. */
export const embeddedByHand: ClusterByHand = {
  async up({ config: { cluster, nodeLocal }, wait, signal, progress }) {
    const settings = cluster.embedded;
    await refuseStrangers(settings.name);
    await using _lock = await lockCluster({ ...byHand('up'), name: settings.name, wait, signal, progress });
    const { booted } = await up({ settings, nodeCache: nodeLocal, signal, progress });
    return `${booted ? '' : `The embedded cluster "${settings.name}" is up already.\n`}export KUBECONFIG=${join(runDir(settings.name), 'kubeconfig')}
# context ${contextName(settings.name)}; put it away with: npx nodelocal-drill cluster down
`;
  },
  leaving: ({ cluster }) =>
    `left at once: \`npx nodelocal-drill cluster down\` puts away what there is of the embedded cluster "${cluster.embedded.name}"`,
  async down({ config, wait, signal, progress }) {
    const { name } = config.cluster.embedded;
    await refuseStrangers(name);
    await using _lock = await lockCluster({ ...byHand('down'), name, wait, signal, progress });
    const before = await embeddedStatus(name);
    await down(name);
    return before.state === 'absent'
      ? `There was no embedded cluster "${name}".\n`
      : `The embedded cluster "${name}" is put away.\n`;
  },
  async status({ config }) {
    return describe(await embeddedStatus(config.cluster.embedded.name));
  },
  async load(archive, { config, signal }) {
    const { name } = config.cluster.embedded;
    if (await loadImage(name, archive, signal)) return `every node of the embedded cluster "${name}"`;
    throw new UsageError(`the embedded cluster "${name}" is not up: npx nodelocal-drill cluster up`);
  },
  async logs(component, { config }) {
    const { name } = config.cluster.embedded;
    const logs = await logFiles(await embeddedStatus(name));
    if (component === undefined) return `${[...logs.keys()].join('\n')}\n`;
    const path = logs.get(component);
    if (path === undefined)
      throw new UsageError(
        `the embedded cluster "${name}" has no log "${component}"; there are: ${[...logs.keys()].join(', ') || 'none (it is not up)'}`,
      );
    return readUntrusted(path);
  },
};

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
