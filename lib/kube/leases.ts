import { isNotFound } from './kube-error.ts';
import type { Kube } from './kube.ts';
import type { ObjectRef } from './objects.ts';
import type { Lease } from './types.ts';

/** Null when there is none. */
export async function readLease(kube: Kube, lease: ObjectRef, signal: AbortSignal): Promise<Lease | null> {
  try {
    return await kube.json<Lease>('GET', pathOf(lease), { signal });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** A conflict (isConflict) when it is there. */
export async function createLease(kube: Kube, lease: Lease, signal: AbortSignal): Promise<Lease> {
  return kube.json<Lease>('POST', collection(lease.metadata?.namespace ?? 'default'), { body: lease, signal });
}

/** A conflict (isConflict) when it has changed since it was read, or is gone. */
export async function replaceLease(kube: Kube, lease: Lease, signal: AbortSignal): Promise<Lease> {
  const { namespace = 'default', name = '' } = lease.metadata ?? {};
  return kube.json<Lease>('PUT', pathOf({ namespace, name }), { body: lease, signal });
}

/** Deletes that very state of it; a conflict when it has changed since. */
export async function deleteLease(kube: Kube, { metadata }: Lease, signal: AbortSignal): Promise<void> {
  const { namespace = 'default', name = '', uid, resourceVersion } = metadata ?? {};
  await kube.json('DELETE', pathOf({ namespace, name }), { body: { preconditions: { uid, resourceVersion } }, signal });
}

function collection(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
}

function pathOf({ namespace, name }: ObjectRef): string {
  return `${collection(namespace)}/${encodeURIComponent(name)}`;
}
