import { resolve } from 'node:path';
import { findAllowed } from '../config/allowed-context.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { otherCluster, readClusterUid } from '../kube/cluster-uid.ts';
import { connect } from '../kube/connect.ts';
import type { Kube } from '../kube/kube.ts';
import { ContextRefused } from './context-refused.ts';
import { embeddedClusterOf } from './embedded/embedded-cluster.ts';
import { acquireExisting } from './existing-cluster.ts';
import { kindClusterOf } from './kind/kind-cluster.ts';
import { nothingToRelease, type Cluster } from './cluster.ts';

/** A kubeconfig's context, before anything was sent to it. */
export interface ContextRef {
  readonly kubeconfigPath: string;
  readonly context: string;
}

/**
 * Whether pods may be created there: on the project's own clusters, by their kubeconfig, and elsewhere where a drill may harm. Nothing is sent.
 * @throws ContextRefused
 */
export function mayBeAsked({ kubeconfigPath, context }: ContextRef, config: DrillConfig): Cluster['kind'] {
  const { embedded, kind, existing } = config.cluster;
  const own = [embeddedClusterOf(embedded, nothingToRelease), kindClusterOf(kind.name, nothingToRelease)].find(
    (each) => each.context === context && resolve(each.kubeconfigPath) === resolve(kubeconfigPath),
  );
  if (own !== undefined) return own.kind;
  return acquireExisting({ ...existing, kubeconfig: kubeconfigPath, context }, config.allowContexts).kind;
}

/**
 * An API server that `mayBeAsked` lets through.
 * @throws ContextRefused when it is not the cluster that `allowContexts` pins; it was asked for its UID alone then
 */
export async function reachToAsk(
  { kubeconfigPath, context }: ContextRef,
  { allowContexts }: DrillConfig,
  signal: AbortSignal,
): Promise<Kube> {
  const kube = await connect({ kubeconfigPath, context, allowContexts: [context] });
  const pinned = findAllowed(context, allowContexts)?.uid ?? null;
  if (pinned === null) return kube;
  const uid = await readClusterUid(kube, signal);
  if (uid !== pinned) throw new ContextRefused(otherCluster(context, uid, pinned));
  return kube;
}
