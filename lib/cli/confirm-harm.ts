import { createInterface } from 'node:readline/promises';
import type { Cluster } from '../cluster/cluster.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { scopeOf } from '../config/scope.ts';
import { isUnderTest, type Site } from '../config/site.ts';
import { connect } from '../kube/connect.ts';
import type { Kube } from '../kube/kube.ts';
import { podsOnNode } from '../kube/pods-on-node.ts';
import { findSites } from '../record/find-sites.ts';
import { UsageError } from './usage-error.ts';

export interface ConfirmOptions {
  readonly yes: boolean;
  readonly signal: AbortSignal;
  /** Where the question is asked, and answered. */
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Says what will be harmed on somebody else's cluster and asks whether it may be. Only GET requests are sent.
 * @throws UsageError when the answer is no, or nobody can be asked
 */
export async function confirmHarm(cluster: Cluster, config: DrillConfig, options: ConfirmOptions): Promise<void> {
  if (cluster.kind !== 'existing' || options.yes) return;
  const { context } = cluster;
  if (options.input.isTTY !== true)
    throw new UsageError(
      `context "${context}" is somebody's cluster, and nobody can be asked whether its DNS may break, as this is no terminal: look at --dry-run (NODELOCAL_DRILL_DRY_RUN=1), then give --yes (NODELOCAL_DRILL_YES=1)`,
    );
  for (const line of await harmOf(cluster, config, options.signal)) options.output.write(`${line}\n`);
  const asking = createInterface({ input: options.input, output: options.output });
  try {
    const answer = await asking.question('Break it? [y/N] ', { signal: options.signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('not confirmed: nothing was changed');
  } finally {
    asking.close();
  }
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
