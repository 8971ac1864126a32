import { nowNs } from '../time/now-ns.ts';
import { sleep } from '../time/sleep.ts';
import { isTransient, KubeError } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { linesOf } from './lines-of.ts';
import { listPods, podsPath, type PodFilter } from './objects.ts';
import type { Pod } from './types.ts';

export type PodChange =
  | { readonly type: 'present' | 'deleted'; readonly pod: Pod }
  /** All that were there at the beginning (or after a cut) have been said. */
  | { readonly type: 'listed' };

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Pod & { readonly code?: number; readonly message?: string };
}

const retryNs = 250e6;

/** An API server that has just started may refuse for some seconds what it allowed before, until it has read roles and accounts again. */
const forgetfulNs = 15e9;

/**
 * Every state that matching pods take from now on, the present one first. A watch that was cut is begun anew with a list: a state may come
 * twice, and pods that are not in the list any more were deleted meanwhile. One that was made anew under the same name has another UID.
 */
export async function* watchPods(kube: Kube, filter: PodFilter, signal: AbortSignal): AsyncGenerator<PodChange> {
  let refusedSinceNs = -Infinity;
  const known = new Map<string, Pod>();
  const note = (change: PodChange): PodChange => {
    if (change.type === 'present') known.set(nameOf(change.pod), change.pod);
    if (change.type === 'deleted') known.delete(nameOf(change.pod));
    return change;
  };
  for (;;) {
    try {
      const { items, metadata } = await listPods(kube, filter, signal);
      const listed = new Set(items.map(nameOf));
      for (const [name, pod] of [...known]) if (!listed.has(name)) yield note({ type: 'deleted', pod });
      for (const pod of items) yield note({ type: 'present', pod });
      yield { type: 'listed' };
      refusedSinceNs = Infinity;
      const query = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: metadata?.resourceVersion ?? '' };
      for await (const lines of linesOf(await kube.open(podsPath(filter, query), signal)))
        for (const change of changes(lines)) yield note(change);
    } catch (error) {
      signal.throwIfAborted();
      refusedSinceNs = Math.min(refusedSinceNs, nowNs());
      if (isRefusal(error) && nowNs() - refusedSinceNs > forgetfulNs) throw error;
    }
    await sleep(retryNs, signal);
  }
}

function nameOf({ metadata }: Pod): string {
  return metadata?.name ?? '';
}

/** 410: the list is too old, and is read anew. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  return error.status !== null && error.status !== 410 && !isTransient(error);
}

function* changes(lines: readonly string[]): Generator<PodChange> {
  for (const line of lines) {
    if (line === '') continue;
    const { type, object } = JSON.parse(line) as WatchEvent;
    if (type === 'ERROR')
      throw new KubeError('watch of pods', object.code ?? null, object.message ?? 'ended by the server');
    if (type === 'ADDED' || type === 'MODIFIED') yield { type: 'present', pod: object };
    if (type === 'DELETED') yield { type: 'deleted', pod: object };
  }
}
