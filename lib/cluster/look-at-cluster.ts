import type { Progress } from '../build/progress.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { acquireCluster } from './acquire-cluster.ts';
import { chooseProvider } from './choose-provider.ts';
import { nothingToRelease, type Cluster } from './cluster.ts';
import { embeddedClusterOf } from './embedded/embedded-cluster.ts';
import { embeddedStatus } from './embedded/status.ts';
import { findEngine } from './kind/engine.ts';
import { kindClusterOf } from './kind/kind-cluster.ts';
import { kindState } from './kind/status.ts';

/** The cluster that a run would use, for reading alone; null where it would have to be brought up first, and what that would mean. */
export type Look =
  { readonly cluster: Cluster; readonly wouldBoot: null } | { readonly cluster: null; readonly wouldBoot: string };

export async function lookAtCluster(
  config: DrillConfig,
  options: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<Look> {
  const { embedded, kind } = config.cluster;
  switch (await chooseProvider(config.cluster, options.signal)) {
    case 'existing':
      return found(
        await acquireCluster(config, { user: { runId: null, command: 'a dry run', wait: false }, ...options }),
      );
    case 'embedded': {
      const { state } = await embeddedStatus(embedded.name);
      if (state === 'up') return found(embeddedClusterOf(embedded, nothingToRelease));
      const shown = embedded.nodes.map((node) => node.name ?? node.site).join(', ');
      return notUp(`embedded cluster "${embedded.name}"`, `nodes ${shown}`);
    }
    case 'kind': {
      const engine = await findEngine(kind.engine, options.signal);
      if (engine !== null && (await kindState(engine, kind.name, options.signal)) === 'up')
        return found(kindClusterOf(kind.name, nothingToRelease));
      return notUp(`kind cluster "${kind.name}"`, 'as containers, one for each site');
    }
  }
}

function found(cluster: Cluster): Look {
  return { cluster, wouldBoot: null };
}

function notUp(which: string, how: string): Look {
  return {
    cluster: null,
    wouldBoot: `the ${which} is not up: a run would boot it on this machine (${how}), break node-cache on it alone, and put it away; no other cluster is touched. For what each experiment would do, bring it up first: npx nodelocal-drill cluster up`,
  };
}
