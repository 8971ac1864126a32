import type { Progress } from '../../build/progress.ts';
import type { KindSettings } from '../../config/kind-settings.ts';
import type { Cluster } from '../cluster.ts';
import { refuseUnusableCache } from '../embedded/cache-needs.ts';
import { lockCluster } from '../embedded/cluster-lock.ts';
import type { ClusterUser } from '../embedded/embedded-cluster.ts';
import type { NodeCacheSource } from '../embedded/embedded-images.ts';
import { siteLabel } from '../labels.ts';
import { requireEngine, requireNodeImage } from './find-node-image.ts';
import { kindDown } from './kind-down.ts';
import { kindUp } from './kind-up.ts';
import { kindContext, kindLock } from './paths.ts';
import { kindNodes } from './kind-config.ts';
import { kubeconfigPath, ownKindState } from './status.ts';
import { deadlineSignal } from '../../time/deadline-signal.ts';

export interface AcquireKind {
  readonly user: ClusterUser;
  readonly settings: KindSettings;
  readonly nodeCache: NodeCacheSource;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** The kind cluster that is up, or a new one, to oneself until `release`, which leaves it up where it was up before. */
export async function acquireKind(options: AcquireKind): Promise<Cluster> {
  const { settings, signal, progress, user } = options;
  await refuseUnusableCache();
  const engine = await requireEngine(settings, signal);
  const lock = await lockCluster({ ...user, name: kindLock(settings.name), signal, progress });
  try {
    const wasUp = (await ownKindState(engine, settings.name, signal)) === 'up';
    const nodeImage = await requireNodeImage(engine, settings, { signal, progress });
    await kindUp({ ...options, engine, nodeImage });
    return kindClusterOf(settings.name, async () => {
      try {
        if (!wasUp)
          await kindDown(
            engine,
            settings.name,
            deadlineSignal(
              downLimitMs * 1e6,
              `kind did not delete cluster "${settings.name}" within ${downLimitMs / 1000} s: \`npx nodelocal-drill cluster down --provider kind\` tries again`,
            ),
          );
      } finally {
        await lock[Symbol.asyncDispose]();
      }
    });
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** A kind cluster of the project's that is up, as experiments see it. */
export function kindClusterOf(name: string, release: Cluster['release']): Cluster {
  return {
    kind: 'kind',
    kubeconfigPath: kubeconfigPath(name),
    context: kindContext(name),
    siteLabel,
    sites: kindNodes.map(({ site }) => site),
    release,
  };
}

/** An engine takes some seconds to end three nodes; longer than this it hangs. */
const downLimitMs = 120_000;
