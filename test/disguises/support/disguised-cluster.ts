import { noProgress } from '../../../lib/build/progress.ts';
import type { Cluster } from '../../../lib/cluster/cluster.ts';
import { down } from '../../../lib/cluster/embedded/down.ts';
import { acquireEmbedded } from '../../../lib/cluster/embedded/embedded-cluster.ts';
import { embeddedSettingsSchema, type EmbeddedSettings } from '../../../lib/config/embedded-settings.ts';

/** Boots the embedded cluster as somebody else's may be; it is put away when the test is over. */
export async function disguisedCluster(
  settings: Partial<EmbeddedSettings>,
): Promise<Cluster & AsyncDisposable & { readonly settings: EmbeddedSettings }> {
  const whole = embeddedSettingsSchema.parse({ name: 'disguise', ...settings });
  await down(whole.name);
  const cluster = await acquireEmbedded({
    settings: whole,
    nodeCache: {},
    signal: AbortSignal.timeout(240_000),
    progress: noProgress,
    user: { runId: null, command: 'a test', wait: true },
  });
  return { ...cluster, settings: whole, [Symbol.asyncDispose]: () => cluster.release() };
}
