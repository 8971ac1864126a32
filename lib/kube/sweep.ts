import { until } from '../time/until.ts';
import { createNamespace, deleteNamespace, deletePods, listPods, readNamespace } from './objects.ts';
import type { Kube } from './kube.ts';
import { runLabel } from './run-labels.ts';

/**
 * Deletes every pod that this or an earlier run left in `namespace`, and waits until they are gone.
 * @returns how many there were
 */
export async function sweep(kube: Kube, namespace: string, signal: AbortSignal): Promise<number> {
  const filter = { namespace, labels: runLabel };
  const { items } = await listPods(kube, filter, signal);
  if (items.length === 0) return 0;
  await deletePods(kube, filter, 0, signal);
  await until(async () => ((await listPods(kube, filter, signal)).items.length === 0 ? true : null), {
    what: `the deletion of ${items.length} pods of earlier runs in namespace ${namespace}`,
    deadlineNs: 60e9,
    everyNs: 250e6,
    signal,
  });
  return items.length;
}

/**
 * The namespace of the suite's own pods. The node agent is privileged, which Pod Security Admission allows only where it is told so. One that
 * is there (deploy/rbac.yaml) is taken as it is: the rights of a drill are none to make namespaces.
 */
export async function ensureNamespace(kube: Kube, name: string, runId: string, signal: AbortSignal): Promise<void> {
  const labels = { [runLabel]: runId, 'pod-security.kubernetes.io/enforce': 'privileged' };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await until(
    async () => {
      let found = await readNamespace(kube, name, signal);
      if (found === null) {
        await createNamespace(kube, namespace, signal);
        found = await readNamespace(kube, name, signal);
      }
      return found?.status?.phase === 'Active' ? true : null;
    },
    { what: `namespace ${name}`, deadlineNs: 60e9, everyNs: 250e6, signal },
  );
}

/** Removes the namespace with all that is in it, if a run made it; one that was there before stays. */
export async function removeNamespace(kube: Kube, name: string, signal: AbortSignal): Promise<void> {
  const found = await readNamespace(kube, name, signal);
  if (found?.metadata?.labels?.[runLabel] !== undefined) await deleteNamespace(kube, name, signal);
}
