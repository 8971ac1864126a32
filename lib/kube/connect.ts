import type { AllowedContext } from '../config/allowed-context.ts';
import { requireAllowedContext } from './allowed-context.ts';
import { otherCluster, readClusterUid } from './cluster-uid.ts';
import { Kube, type KubeOptions } from './kube.ts';
import { loadKubeconfig } from './load-kubeconfig.ts';
import { deadlineSignal } from '../time/deadline-signal.ts';

export interface ConnectOptions extends Pick<KubeOptions, 'patienceNs'> {
  readonly kubeconfigPath: string;
  readonly context: string;
  /** Contexts that may be harmed. */
  readonly allowContexts: readonly AllowedContext[];
}

const uidDeadlineMs = 10_000;

/**
 * An API server that may be changed. A context that may not be harmed is refused before the first request, a cluster that has not the pinned
 * UID before any other.
 */
export async function connect({
  kubeconfigPath,
  context,
  allowContexts,
  patienceNs = 0,
}: ConnectOptions): Promise<Kube> {
  const pinned = requireAllowedContext(context, allowContexts);
  const reload = async () => loadKubeconfig(kubeconfigPath, context);
  const kube = new Kube(await reload(), context, { reload, patienceNs });
  if (pinned !== null) {
    const uid = await readClusterUid(
      kube,
      deadlineSignal(
        uidDeadlineMs * 1e6,
        `the API server of context "${context}" did not tell its cluster's UID within ${uidDeadlineMs / 1000} s: is it reachable from here?`,
      ),
    );
    if (uid !== pinned) throw new Error(otherCluster(context, uid, pinned));
  }
  return kube;
}
