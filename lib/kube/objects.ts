import { isConflict, isNotFound } from './kube-error.ts';
import type { Kube } from './kube.ts';
import type { ConfigMap, KubeEvent, KubeNode, Namespace, Pod, Service } from './types.ts';

export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
}

interface List<T> {
  readonly items: readonly T[];
  readonly metadata?: { readonly resourceVersion?: string };
}

export interface PodFilter {
  readonly namespace: string;
  readonly labels?: string;
  readonly fields?: string;
}

/** Path of the objects of one kind, by its plural. */
export function inNamespace(namespace: string, plural: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Path of one pod; `/log` and `/exec` come after it. */
export function podPath({ namespace, name }: ObjectRef): string {
  return `${inNamespace(namespace, 'pods')}/${encodeURIComponent(name)}`;
}

/** Path of a list of pods with its query. */
export function podsPath(
  { namespace, labels, fields }: PodFilter,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams({
    ...(labels === undefined ? {} : { labelSelector: labels }),
    ...(fields === undefined ? {} : { fieldSelector: fields }),
    ...more,
  });
  return `${inNamespace(namespace, 'pods')}?${query.toString()}`;
}

export async function readPod(kube: Kube, pod: ObjectRef, signal: AbortSignal): Promise<Pod> {
  return kube.json<Pod>('GET', podPath(pod), { signal });
}

export async function listPods(kube: Kube, filter: PodFilter, signal: AbortSignal): Promise<List<Pod>> {
  return kube.json<List<Pod>>('GET', podsPath(filter), { signal });
}

/** Asks for the deletion and does not wait for it; a pod that is gone already is as well. */
export async function deletePod(kube: Kube, pod: ObjectRef, graceS: number, signal: AbortSignal): Promise<void> {
  try {
    await kube.json('DELETE', podPath(pod), { body: { gracePeriodSeconds: graceS }, signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Asks for the deletion of all pods that match, in one request. */
export async function deletePods(kube: Kube, filter: PodFilter, graceS: number, signal: AbortSignal): Promise<void> {
  await kube.json('DELETE', podsPath(filter), {
    body: { gracePeriodSeconds: graceS, propagationPolicy: 'Background' },
    signal,
  });
}

export async function listNodes(kube: Kube, signal: AbortSignal): Promise<readonly KubeNode[]> {
  return (await kube.json<List<KubeNode>>('GET', '/api/v1/nodes', { signal })).items;
}

export async function readService(
  kube: Kube,
  { namespace, name }: ObjectRef,
  signal: AbortSignal,
): Promise<Service | null> {
  return orNull(kube.json<Service>('GET', `${inNamespace(namespace, 'services')}/${name}`, { signal }));
}

export async function listServices(kube: Kube, namespace: string, signal: AbortSignal): Promise<readonly Service[]> {
  return (await kube.json<List<Service>>('GET', inNamespace(namespace, 'services'), { signal })).items;
}

export async function readConfigMap(
  kube: Kube,
  { namespace, name }: ObjectRef,
  signal: AbortSignal,
): Promise<ConfigMap | null> {
  return orNull(kube.json<ConfigMap>('GET', `${inNamespace(namespace, 'configmaps')}/${name}`, { signal }));
}

/** What the cluster said of one object, oldest first: why a pod does not start. */
export async function listEvents(
  kube: Kube,
  { namespace, name }: ObjectRef,
  signal: AbortSignal,
): Promise<readonly KubeEvent[]> {
  const query = new URLSearchParams({ fieldSelector: `involvedObject.name=${name}` });
  return (
    await kube.json<List<KubeEvent>>('GET', `${inNamespace(namespace, 'events')}?${query.toString()}`, { signal })
  ).items;
}

/** The newest that the API server still has of one namespace (it keeps them for an hour), at most `limit`. */
export async function listNamespaceEvents(
  kube: Kube,
  namespace: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly KubeEvent[]> {
  const path = `${inNamespace(namespace, 'events')}?limit=${limit}`;
  return (await kube.json<List<KubeEvent>>('GET', path, { signal })).items;
}

export async function readNamespace(kube: Kube, name: string, signal: AbortSignal): Promise<Namespace | null> {
  return orNull(kube.json<Namespace>('GET', `/api/v1/namespaces/${name}`, { signal }));
}

/** True when it was made here; false when it was there. */
export async function createNamespace(kube: Kube, namespace: Namespace, signal: AbortSignal): Promise<boolean> {
  try {
    await kube.json('POST', '/api/v1/namespaces', { body: namespace, signal });
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

export async function deleteNamespace(kube: Kube, name: string, signal: AbortSignal): Promise<void> {
  await orNull(kube.json('DELETE', `/api/v1/namespaces/${name}`, { signal }));
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
