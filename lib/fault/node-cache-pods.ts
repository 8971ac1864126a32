import type { PodTracker } from '../kube/pod-tracker.ts';
import { isBeingDeleted } from '../kube/pod-state.ts';
import type { Pod } from '../kube/types.ts';
import type { Site } from '../config/site.ts';

/** node-cache's pod on a site's node, but for one that is being deleted; null when there is none. */
export function nodeCachePodOn(tracker: PodTracker, site: Site): Pod | null {
  return tracker.pods().find((pod) => pod.spec?.nodeName === site.node && !isBeingDeleted(pod)) ?? null;
}

/** How often kubelet has started its container anew: the back-off of the next start depends on it. */
export function restartsOf(pod: Pod): number {
  return pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
}
