import type { Progress } from '../../lib/build/progress.ts';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { down } from '../../lib/cluster/embedded/down.ts';
import { acquireEmbedded } from '../../lib/cluster/embedded/embedded-cluster.ts';
import { embeddedSettingsSchema, type EmbeddedSettings } from '../../lib/config/embedded-settings.ts';
import { connect } from '../../lib/kube/connect.ts';
import type { Kube } from '../../lib/kube/kube.ts';

/** An embedded cluster of a test's own; it is put away by `release`. */
export interface BootedCluster extends Cluster, AsyncDisposable {
  readonly settings: EmbeddedSettings;
  /** With all rights. */
  readonly kube: Kube;
}

/** Puts away what is there by that name, and boots it anew: what it shows is of no earlier test. */
export async function bootCluster(
  input: Partial<EmbeddedSettings>,
  signal: AbortSignal = AbortSignal.timeout(240_000),
): Promise<BootedCluster> {
  const settings = embeddedSettingsSchema.parse(input);
  await down(settings.name);
  const cluster = await acquireEmbedded({
    settings,
    nodeCache: {},
    signal,
    progress: sayIfOnceMore,
    user: { runId: null, command: 'a test', wait: true },
  });
  try {
    const { kubeconfigPath, context } = cluster;
    const kube = await connect({ kubeconfigPath, context, allowContexts: [context] });
    return { ...cluster, settings, kube, [Symbol.asyncDispose]: () => cluster.release() };
  } catch (error) {
    await cluster.release();
    throw error;
  }
}

/** A boot that failed by chance is nothing that a test would tell. */
const sayIfOnceMore: Progress = (_step, detail) => {
  if (detail.endsWith('; once more')) process.stderr.write(`${detail}\n`);
};
