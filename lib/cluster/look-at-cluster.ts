import type { Progress } from '../build/progress.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { acquireCluster } from './acquire-cluster.ts';
import type { Cluster } from './cluster.ts';
import { siteLabel } from './embedded/labels.ts';
import { contextName } from './embedded/paths.ts';
import { embeddedStatus } from './embedded/status.ts';

/** The cluster that a run would use, for reading alone; null where it would have to be brought up first. */
export async function lookAtCluster(
  config: DrillConfig,
  options: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<Cluster | null> {
  const { cluster } = config;
  const nobody = { runId: null, command: 'a dry run', wait: false };
  if (cluster.kind !== 'embedded') return acquireCluster(config, { user: nobody, ...options });
  const { name, nodes } = cluster.embedded;
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

/** What bringing the embedded cluster up would mean, where it is not up. */
export function wouldBoot({ cluster }: DrillConfig): string {
  const { name, nodes } = cluster.embedded;
  const shown = nodes.map((node) => node.name ?? node.site).join(', ');
  return `the embedded cluster "${name}" is not up: a run would boot it on this machine (nodes ${shown}), break node-cache on it alone, and put it away; no other cluster is touched. For what each experiment would do, bring it up first: npx nodelocal-drill cluster up`;
}
