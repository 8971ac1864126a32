import type { Progress } from '../build/progress.ts';
import { findAllowed } from '../config/allowed-context.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { chooseProvider } from './choose-provider.ts';
import type { Cluster } from './cluster.ts';
import { acquireEmbedded, type ClusterUser } from './embedded/embedded-cluster.ts';
import { acquireExisting } from './existing-cluster.ts';
import { acquireKind } from './kind/kind-cluster.ts';
import { reachExisting } from './reach-existing.ts';

/**
 * The cluster that the configuration names. One of the project's own is brought up if it is not; any other is only taken when `allowContexts` names
 * its context.
 */
export async function acquireCluster(
  config: DrillConfig,
  options: { readonly user: ClusterUser; readonly signal: AbortSignal; readonly progress: Progress },
): Promise<Cluster> {
  const { cluster, nodeLocal, allowContexts } = config;
  switch (await chooseProvider(cluster, options.signal)) {
    case 'kind':
      return acquireKind({ settings: cluster.kind, nodeCache: nodeLocal, ...options });
    case 'embedded':
      return acquireEmbedded({ settings: cluster.embedded, nodeCache: nodeLocal, ...options });
    case 'existing': {
      const existing = acquireExisting(cluster.existing, allowContexts);
      const uid = await reachExisting({ ...existing, sites: config.sites }, config, options.signal);
      if (findAllowed(existing.context, allowContexts)?.uid === null)
        options.progress(
          'cluster',
          `context "${existing.context}" is not pinned: write { context: '${existing.context}', uid: '${uid}' } in allowContexts, and another cluster by that name will be refused`,
        );
      return existing;
    }
  }
}
