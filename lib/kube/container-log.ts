import { KubeError } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { podPath, type ObjectRef } from './objects.ts';

export interface ContainerLogOptions {
  readonly container: string;
  /** Of the container before the last restart. */
  readonly previous: boolean;
  /** Lines from its end. */
  readonly tailLines: number;
}

/** The end of a container's log, each line with its time; null when there is no such container, or none before it. */
export async function readContainerLog(
  kube: Kube,
  pod: ObjectRef,
  { container, previous, tailLines }: ContainerLogOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const query = new URLSearchParams({
    container,
    tailLines: String(tailLines),
    timestamps: 'true',
    ...(previous ? { previous: 'true' } : {}),
  });
  try {
    return await kube.text(`${podPath(pod)}/log?${query.toString()}`, signal);
  } catch (error) {
    // 400: `previous terminated container … not found`, or it waits to start.
    if (error instanceof KubeError && (error.status === 404 || error.status === 400)) return null;
    throw error;
  }
}
