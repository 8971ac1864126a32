import { deletePod } from '../kube/objects.ts';
import { isReady } from '../kube/pod-state.ts';
import type { Pod } from '../kube/types.ts';
import type { Site } from '../config/site.ts';
import type { FaultTarget } from './fault.ts';
import { nodeCachePodOn, restartsOf } from './node-cache-pods.ts';

type FreshTarget = Pick<FaultTarget, 'kube' | 'sites' | 'nodeCache' | 'nodeCacheNamespace'>;

export interface FreshOptions {
  /** `always`, or only where kubelet has restarted it, so that its next crash would meet a back-off. */
  readonly when: 'always' | 'restarted';
  /** UIDs of pods that count as restarted: of one that was killed a moment ago its status does not tell yet. */
  readonly killed?: ReadonlySet<string>;
  readonly deadlineNs: number;
  readonly signal: AbortSignal;
}

/**
 * Has node-cache's pods on the sites under test made anew, and waits until the new ones are Ready. A new UID has no back-off: kubelet
 * keeps it per pod UID and container (docs/node-cache.md), and would make the next real crash wait for up to 300 s.
 */
export async function freshNodeCache(target: FreshTarget, options: FreshOptions): Promise<void> {
  await Promise.all(target.sites.map((site) => freshOn(target, site, options)));
}

/** Waits until node-cache is Ready on all sites under test, in whatever pod. */
export async function nodeCacheReady(
  { sites, nodeCache }: FreshTarget,
  { deadlineNs, signal }: Pick<FreshOptions, 'deadlineNs' | 'signal'>,
): Promise<void> {
  const readyOn = (site: Site) => {
    const pod = nodeCachePodOn(nodeCache, site);
    return pod !== null && isReady(pod) ? pod : null;
  };
  await Promise.all(
    sites.map((site) =>
      nodeCache.waitFor(() => readyOn(site), {
        what: `node-cache on ${site.node} (site ${site.name}) to be Ready`,
        deadlineNs,
        signal,
      }),
    ),
  );
}

async function freshOn(
  { kube, nodeCache, nodeCacheNamespace }: FreshTarget,
  site: Site,
  { when, killed, deadlineNs, signal }: FreshOptions,
): Promise<void> {
  const where = `node-cache on ${site.node} (site ${site.name})`;
  const old = await nodeCache.waitFor(() => nodeCachePodOn(nodeCache, site), {
    what: `a pod of ${where}`,
    deadlineNs,
    signal,
  });
  const untouched = restartsOf(old) === 0 && isReady(old) && killed?.has(old.metadata?.uid ?? '') !== true;
  if (when === 'restarted' && untouched) return;
  const name = old.metadata?.name ?? '';
  await deletePod(kube, { namespace: nodeCacheNamespace, name }, 5, signal);
  const isNew = (pod: Pod) => pod.metadata?.uid !== old.metadata?.uid && isReady(pod) && restartsOf(pod) === 0;
  const ask = () => {
    const pod = nodeCachePodOn(nodeCache, site);
    return pod !== null && isNew(pod) ? pod : null;
  };
  await nodeCache.waitFor(ask, { what: `a new pod of ${where} to be Ready`, deadlineNs, signal });
}
