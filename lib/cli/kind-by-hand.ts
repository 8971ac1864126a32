import { buildKind } from '../build/kind-programs.ts';
import { refuseUnusableCache } from '../cluster/embedded/cache-needs.ts';
import { lockCluster } from '../cluster/embedded/cluster-lock.ts';
import { inNode, journalOf, type Engine } from '../cluster/kind/engine.ts';
import { requireEngine, requireNodeImage } from '../cluster/kind/find-node-image.ts';
import { loadKindImages } from '../cluster/kind/kind-images.ts';
import { kindDown } from '../cluster/kind/kind-down.ts';
import { kindUp } from '../cluster/kind/kind-up.ts';
import { cacheDir } from '../cluster/embedded/paths.ts';
import { kindContext, kindLock, kindNodeNames } from '../cluster/kind/paths.ts';
import { kindState, kubeconfigPath, ownKindState, readKindFacts } from '../cluster/kind/status.ts';
import { byHand, type ClusterByHand } from './cluster-by-hand.ts';
import { UsageError } from './usage-error.ts';

/** The kind cluster by hand. */
export const kindByHand: ClusterByHand = {
  async up({ config: { cluster, nodeLocal }, wait, signal, progress }) {
    const settings = cluster.kind;
    await refuseUnusableCache();
    const engine = await requireEngine(settings, signal);
    await using _lock = await lockCluster({ ...byHand('up'), name: kindLock(settings.name), wait, signal, progress });
    await ownKindState(engine, settings.name, signal);
    const nodeImage = await requireNodeImage(engine, settings, { signal, progress });
    const { made } = await kindUp({ settings, nodeCache: nodeLocal, engine, nodeImage, signal, progress });
    return `${made ? '' : `The kind cluster "${settings.name}" is up already.\n`}export KUBECONFIG=${kubeconfigPath(settings.name)}
# context ${kindContext(settings.name)}; put it away with: npx nodelocal-drill cluster down --provider kind
`;
  },
  leaving: ({ cluster }) =>
    `left at once: \`npx nodelocal-drill cluster down --provider kind\` puts away what there is of the kind cluster "${cluster.kind.name}"`,
  async down({ config, wait, signal, progress }) {
    const { kind } = config.cluster;
    const engine = await requireEngine(kind, signal);
    await using _lock = await lockCluster({ ...byHand('down'), name: kindLock(kind.name), wait, signal, progress });
    const before = await ownKindState(engine, kind.name, signal);
    await kindDown(engine, kind.name, signal);
    return before === 'absent'
      ? `There was no kind cluster "${kind.name}".\n`
      : `The kind cluster "${kind.name}" is put away.\n`;
  },
  async status({ config, signal }) {
    const { kind } = config.cluster;
    const engine = await requireEngine(kind, signal);
    switch (await kindState(engine, kind.name, signal)) {
      case 'absent':
        return 'not there\n';
      case 'foreign':
        return `there is a kind cluster "${kind.name}", which this project did not make\n`;
      case 'remains':
        return 'not whole, or gone but for something: run `npx nodelocal-drill cluster down --provider kind`\n';
      case 'up':
        return describe(engine, kind.name);
    }
  },
  async load(archive, { config, signal, progress }) {
    const { name } = config.cluster.kind;
    const engine = await requireEngine(config.cluster.kind, signal);
    if ((await ownKindState(engine, name, signal)) !== 'up')
      throw new UsageError(`the kind cluster "${name}" is not up: npx nodelocal-drill cluster up --provider kind`);
    const kind = await buildKind({ cacheDir: cacheDir(), signal, progress });
    await loadKindImages({ kind, engine, cluster: name, archives: [archive], signal, progress });
    return `every node of the kind cluster "${name}"`;
  },
  async logs(component, { config, signal }) {
    const { name } = config.cluster.kind;
    const engine = await requireEngine(config.cluster.kind, signal);
    const sources = new Map(kindNodeNames(name).flatMap((node) => logsOf(node)));
    if (component === undefined) return `${[...sources.keys()].join('\n')}\n`;
    const source = sources.get(component);
    if (source === undefined)
      throw new UsageError(
        `the kind cluster "${name}" has no log "${component}"; there are: ${[...sources.keys()].join(', ')}`,
      );
    return inNode(engine, source.node, source.command, { signal });
  },
};

interface LogSource {
  readonly node: string;
  readonly command: readonly string[];
}

function logsOf(node: string): readonly (readonly [string, LogSource])[] {
  return (['kubelet', 'containerd'] as const).map((unit) => [`${node}/${unit}`, { node, command: journalOf(unit) }]);
}

async function describe(engine: Engine, name: string): Promise<string> {
  const facts = await readKindFacts(name);
  return [
    `up           with ${engine.name}`,
    `kubeconfig   ${kubeconfigPath(name)}`,
    `context      ${kindContext(name)}`,
    `nodes        ${kindNodeNames(name).join(', ')}`,
    ...(facts === null
      ? []
      : [
          `node image   ${facts.nodeImage}`,
          `kube-proxy   ${facts.settings.proxyMode}`,
          `node-cache   ${facts.nodeCache.program}, ${facts.nodeCache.version}`,
        ]),
    '',
  ].join('\n');
}
