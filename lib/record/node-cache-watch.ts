import type { Site } from '../config/site.ts';
import type { Entry } from '../journal/entry.ts';
import { containerIdOf, isReady, isRunning } from '../kube/pod-state.ts';
import type { PodTracker } from '../kube/pod-tracker.ts';
import type { Pod } from '../kube/types.ts';
import { nowNs } from '../time/now-ns.ts';

/**
 * Writes what the API server shows of node-cache's pods into the journal: containers started, Ready or not. The time is when it was seen
 * here, some milliseconds after kubelet said it; kubelet's own times are whole seconds.
 */
export function watchNodeCache(
  tracker: PodTracker,
  sites: readonly Site[],
  append: (entry: Entry) => void,
): () => void {
  const containers = new Map<string, string>();
  const ready = new Map<string, boolean>();
  const look = (pod: Pod) => {
    const site = sites.find(({ node }) => node === pod.spec?.nodeName);
    if (site === undefined) return;
    const name = pod.metadata?.name ?? '';
    const say = (event: string, detail: Readonly<Record<string, string | number>>) => {
      append({
        type: 'node',
        site: site.name,
        node: site.node,
        atNs: nowNs(),
        event,
        detail: { pod: name, ...detail },
      });
    };
    const id = containerIdOf(pod);
    if (id !== null && isRunning(pod) && containers.get(name) !== id) {
      containers.set(name, id);
      say('container-started', { containerId: id, restarts: pod.status?.containerStatuses?.[0]?.restartCount ?? 0 });
    }
    if (isReady(pod) !== (ready.get(name) ?? false)) {
      ready.set(name, isReady(pod));
      say(isReady(pod) ? 'pod-ready' : 'pod-not-ready', {});
    }
  };
  for (const pod of tracker.pods()) look(pod);
  return tracker.onChange((change) => {
    if (change.type === 'present') look(change.pod);
  });
}
