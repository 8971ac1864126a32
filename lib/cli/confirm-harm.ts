import type { Cluster } from '../cluster/cluster.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { scopeOf } from '../config/scope.ts';
import { isUnderTest, type Site } from '../config/site.ts';
import { connect } from '../kube/connect.ts';
import type { Kube } from '../kube/kube.ts';
import { podsOnNode } from '../kube/pods-on-node.ts';
import { findSites } from '../record/find-sites.ts';
import { askFirst, type AskOptions } from './ask-first.ts';

export interface ConfirmOptions extends AskOptions {
  readonly yes: boolean;
}

/**
 * Says what will be harmed on somebody else's cluster and asks whether it may be. Only GET requests are sent.
 * @throws UsageError when the answer is no, or nobody can be asked
 */
export async function confirmHarm(cluster: Cluster, config: DrillConfig, options: ConfirmOptions): Promise<void> {
  if (cluster.kind !== 'existing' || options.yes) return;
  const { context } = cluster;
  await askFirst(() => harmOf(cluster, config, options.signal), 'Break it? [y/N] ', {
    ...options,
    withoutTerminal: `context "${context}" is somebody's cluster, and nobody can be asked whether its DNS may break, as this is no terminal: look at --dry-run (NODELOCAL_DRILL_DRY_RUN=1), then give --yes (NODELOCAL_DRILL_YES=1)`,
  });
}

async function harmOf(cluster: Cluster, config: DrillConfig, signal: AbortSignal): Promise<readonly string[]> {
  const { kubeconfigPath, context, siteLabel } = cluster;
  const kube = await connect({ kubeconfigPath, context, allowContexts: config.allowContexts });
  const sites = await findSites(kube, {
    siteLabel,
    wanted: config.sites,
    signal,
    scope: scopeOf(cluster.kind, config),
  });
  return [
    `This run breaks DNS on context "${context}" (${kube.config.getCurrentCluster()?.server ?? 'no address'}):`,
    ...(await Promise.all(sites.map(async (site) => `  ${await harmOn(site, kube, config, signal)}`))),
  ];
}

async function harmOn(
  site: Site,
  kube: Kube,
  { nodeLocal, cluster }: DrillConfig,
  signal: AbortSignal,
): Promise<string> {
  const where = `${site.node} (${site.name})`;
  if (!isUnderTest(site)) return `${where}: only watched, by a privileged node agent and probe pods`;
  const pods = await podsOnNode(kube, site.node, signal);
  const [key = '', value = ''] = nodeLocal.selector.split('=');
  const others = pods?.filter(({ metadata }) => metadata?.labels?.[key] !== value).length;
  return `${where}: node-cache is broken and made anew; ${others === undefined ? 'how many other pods run there may not be read' : `${others} other pods run there, ${cluster.existing.drainFirst ? 'and are evicted first, but for those of DaemonSets' : 'and may lose DNS'}`}`;
}
