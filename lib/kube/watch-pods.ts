import { sleep } from '../time/sleep.ts';
import { KubeError } from './kube-error.ts';
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

/**
 * Every state that matching pods take from now on, the present one first. A watch that was cut is begun anew with a list, so a state
 * may come twice, and a deletion during the cut is not seen: who waits for one compares UIDs.
 */
export async function* watchPods(kube: Kube, filter: PodFilter, signal: AbortSignal): AsyncGenerator<PodChange> {
  for (;;) {
    try {
      const { items, metadata } = await listPods(kube, filter, signal);
      for (const pod of items) yield { type: 'present', pod };
      yield { type: 'listed' };
      const query = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: metadata?.resourceVersion ?? '' };
      for await (const lines of linesOf(await kube.open(podsPath(filter, query), signal))) yield* changes(lines);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KubeError && error.status !== null && error.status < 500 && error.status !== 410)
        throw error;
    }
    await sleep(retryNs, signal);
  }
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
