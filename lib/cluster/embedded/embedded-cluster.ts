import type { Progress } from '../../build/progress.ts';
import type { EmbeddedSettings } from '../../config/embedded-settings.ts';
import type { Cluster } from '../cluster.ts';
import { lockCluster, type LockOptions } from './cluster-lock.ts';
import { down } from './down.ts';
import type { NodeCacheSource } from './embedded-images.ts';
import { siteLabel } from '../labels.ts';
import { contextName, runDir } from './paths.ts';
import { refuseStrangers } from './refuse-strangers.ts';
import { embeddedStatus } from './status.ts';
import { up } from './up.ts';

export interface AcquireEmbedded {
  readonly user: ClusterUser;
  readonly settings: EmbeddedSettings;
  readonly nodeCache: NodeCacheSource;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** The name under which a cluster is used, for those who want it at the same time. */
export type ClusterUser = Pick<LockOptions, 'runId' | 'command' | 'wait'>;

/**
 * The embedded cluster that is up, or a new one, to oneself until `release`, which leaves a cluster up where one was up before, and
 * puts away any other.
 */
export async function acquireEmbedded(options: AcquireEmbedded): Promise<Cluster> {
  const { settings, signal, progress, user } = options;
  await refuseStrangers(settings.name);
  const lock = await lockCluster({ ...user, name: settings.name, signal, progress });
  const wasUp = (await embeddedStatus(settings.name)).state === 'up';
  try {
    await up(options);
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
  return embeddedClusterOf(settings, async () => {
    try {
      if (!wasUp) await down(settings.name);
    } finally {
      await lock[Symbol.asyncDispose]();
    }
  });
}

/** An embedded cluster that is up, as experiments see it. */
export function embeddedClusterOf({ name, nodes }: EmbeddedSettings, release: Cluster['release']): Cluster {
  return {
    kind: 'embedded',
    kubeconfigPath: `${runDir(name)}/kubeconfig`,
    context: contextName(name),
    siteLabel,
    sites: [...new Set(nodes.map(({ site }) => site))],
    release,
  };
}
