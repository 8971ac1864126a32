import type { Progress } from '../build/progress.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { acquireCluster } from './acquire-cluster.ts';
import { chooseProvider } from './choose-provider.ts';
import type { Cluster } from './cluster.ts';
import { contextName } from './embedded/paths.ts';
import { embeddedStatus } from './embedded/status.ts';
import { findEngine } from './kind/engine.ts';
import { kindClusterOf } from './kind/kind-cluster.ts';
import { kindState } from './kind/status.ts';
import { siteLabel } from './labels.ts';

/** The cluster that a run would use, for reading alone; null where it would have to be brought up first. */
export async function lookAtCluster(
  config: DrillConfig,
  options: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<Cluster | null> {
  const { cluster } = config;
  switch (await chooseProvider(cluster, options.signal)) {
    case 'existing':
      return acquireCluster(config, { user: { runId: null, command: 'a dry run', wait: false }, ...options });
    case 'embedded':
      return lookAtEmbedded(cluster.embedded);
    case 'kind':
      return lookAtKind(cluster.kind, options.signal);
  }
}

async function lookAtEmbedded({ name, nodes }: DrillConfig['cluster']['embedded']): Promise<Cluster | null> {
  const status = await embeddedStatus(name);
  if (status.state !== 'up') return null;
  return {
    kind: 'embedded',
    kubeconfigPath: status.kubeconfigPath,
    context: contextName(name),
    siteLabel,
    sites: [...new Set(nodes.map(({ site }) => site))],
    release: () => Promise.resolve(),
  };
}

async function lookAtKind(
  { name, engine: only }: DrillConfig['cluster']['kind'],
  signal: AbortSignal,
): Promise<Cluster | null> {
  const engine = await findEngine(only, signal);
  if (engine === null || (await kindState(engine, name, signal)) !== 'up') return null;
  return kindClusterOf(name, () => Promise.resolve());
}

/** What bringing the cluster up would mean, where it is not up. */
export async function wouldBoot({ cluster }: DrillConfig, signal: AbortSignal): Promise<string> {
  const provider = await chooseProvider(cluster, signal);
  const { name } = provider === 'kind' ? cluster.kind : cluster.embedded;
  const shown = cluster.embedded.nodes.map((node) => node.name ?? node.site).join(', ');
  const nodes = provider === 'kind' ? 'as containers, one for each site' : `nodes ${shown}`;
  return `the ${provider} cluster "${name}" is not up: a run would boot it on this machine (${nodes}), break node-cache on it alone, and put it away; no other cluster is touched. For what each experiment would do, bring it up first: npx nodelocal-drill cluster up`;
}
