import type { Kube } from './kube.ts';
import { readNamespace } from './objects.ts';

/** The UID of the namespace kube-system: every cluster has it, it is never made anew, and no two clusters share it. */
export async function readClusterUid(kube: Kube, signal: AbortSignal): Promise<string> {
  const uid = (await readNamespace(kube, 'kube-system', signal))?.metadata?.uid;
  if (uid === undefined) throw new Error(`the cluster of context "${kube.context}" has no namespace kube-system`);
  return uid;
}

/** Why a cluster that has `uid` may not be harmed where another was meant; one sentence. */
export function otherCluster(context: string, uid: string, pinned: string): string {
  return `context "${context}" leads to the cluster ${uid}, and allowContexts pins ${pinned} (UID of the namespace kube-system): nothing was changed. If it is this one whose DNS may break, write uid: '${uid}' in drill.config.ts`;
}
