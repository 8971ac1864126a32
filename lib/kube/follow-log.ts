import { nowNs } from '../time/now-ns.ts';
import { sleep } from '../time/sleep.ts';
import { isNotFound, isTransient } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { linesOf } from './lines-of.ts';
import { podPath, readPod, type ObjectRef } from './objects.ts';
import { hasEnded } from './pod-state.ts';

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Called when a stream broke or ended early and is opened again. */
  readonly onCut?: (cause: string) => void;
}

/** How far a resumed log reaches back before the last line that arrived: doubles are cheap, a hole is not. */
const overlapS = 5;

/** Distance between attempts to open a log again. */
const retryNs = 250e6;

/**
 * A container's log from its first line, as it grows, until the container has ended. After a cut it goes on from a few seconds
 * before, so a line may come twice: the caller drops doubles by what the lines say. `sinceSeconds` is used and not `sinceTime`, as
 * the node counts it by its own clock.
 */
export async function* followLog(
  kube: Kube,
  pod: ObjectRef,
  { signal, onCut }: FollowOptions,
): AsyncGenerator<readonly string[]> {
  let lastAtNs: number | null = null;
  for (;;) {
    let cut: string | null = null;
    try {
      const since = lastAtNs === null ? '' : `&sinceSeconds=${Math.ceil((nowNs() - lastAtNs) / 1e9) + overlapS}`;
      for await (const lines of linesOf(await kube.open(`${podPath(pod)}/log?follow=true${since}`, signal))) {
        lastAtNs = nowNs();
        yield lines;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isNotFound(error)) return;
      cut = error instanceof Error ? error.message : String(error);
    }
    // A stream that broke may have lost lines although the container has ended since: it is read once more.
    if (cut === null && (await isKnownToHaveEnded(kube, pod, signal))) return;
    onCut?.(cut ?? 'the stream ended before the container');
    await sleep(retryNs, signal);
  }
}

/** The whole log that the node still has, as one text of lines. */
export async function readLog(kube: Kube, pod: ObjectRef, signal: AbortSignal): Promise<readonly string[]> {
  const text = await kube.text(`${podPath(pod)}/log`, signal);
  return text.split('\n').filter((line) => line !== '');
}

/** An API server that is shut down ends its streams in order, and then can't be asked: not known to have ended is not ended. */
async function isKnownToHaveEnded(kube: Kube, ref: ObjectRef, signal: AbortSignal): Promise<boolean> {
  try {
    return hasEnded(await readPod(kube, ref, signal));
  } catch (error) {
    signal.throwIfAborted();
    if (isNotFound(error)) return true;
    if (isTransient(error)) return false;
    throw error;
  }
}
