import type { Progress } from '../../build/progress.ts';
import type { EmbeddedSettings } from '../../config/embedded-settings.ts';
import type { Cluster } from '../cluster.ts';
import { down } from './down.ts';
import type { NodeCacheSource } from './embedded-images.ts';
import { siteLabel } from './labels.ts';
import { contextName, runDir } from './paths.ts';
import { embeddedStatus } from './status.ts';
import { up } from './up.ts';

export interface AcquireEmbedded {
  readonly settings: EmbeddedSettings;
  readonly nodeCache: NodeCacheSource;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** The embedded cluster that is up, or a new one; `release` puts away only what this call brought up. */
export async function acquireEmbedded(options: AcquireEmbedded): Promise<Cluster> {
  const { settings } = options;
  const before = await embeddedStatus(settings.name);
  if (before.state !== 'up') await up(options);
  return {
    kind: 'embedded',
    kubeconfigPath: `${runDir(settings.name)}/kubeconfig`,
    context: contextName(settings.name),
    siteLabel,
    sites: [...new Set(settings.nodes.map(({ site }) => site))],
    release: async () => {
      if (before.state !== 'up') await down(settings.name);
    },
  };
}
