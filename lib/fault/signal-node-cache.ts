import type { FaultMark } from '../journal/entry.ts';
import { containerIdOf, isRunning } from '../kube/pod-state.ts';
import type { Site } from '../config/site.ts';
import { nowNs } from '../time/now-ns.ts';
import type { Fault, FaultTarget, Injection } from './fault.ts';
import { freshNodeCache } from './fresh-node-cache.ts';
import { nodeCachePodOn } from './node-cache-pods.ts';

/** What was killed on one site. */
interface Killed {
  readonly site: Site;
  readonly pod: string;
  readonly uid: string;
  readonly containerId: string;
  readonly pid: number;
  readonly atNs: number;
  /** The fault's kind. */
  readonly kind: string;
}

/**
 * One signal to node-cache's process on all sites under test, that ends it without tearing anything down: its link, addresses and iptables
 * rules outlive it, and queries meet a node without listener. kubelet heals it; what is left to put back is the back-off, which a new pod
 * has not. `kind` names the fault in the journal.
 */
export function signalNodeCache(kind: string, name: 'SIGKILL' | 'SIGABRT'): Fault {
  const how = { kind, signal: name };
  /** Of each drill, the UIDs of the pods that were hit: kubelet tells of a crash up to a second later than an abort may come. */
  const hit = new WeakMap<FaultTarget, Set<string>>();
  return {
    kind,

    unavailable({ nodeCache, sites }) {
      const missing = sites.filter((site) => nodeCachePodOn(nodeCache, site) === null);
      if (sites.length === 0) return Promise.resolve('no node of the cluster is a site under test');
      return Promise.resolve(
        missing.length === 0 ? null : `node-cache does not run on ${missing.map(({ node }) => node).join(', ')}`,
      );
    },

    async inject(target, number, signal): Promise<Injection> {
      // Everything that takes time is done before, so that the sites are hit within milliseconds of each other.
      const victims = await Promise.all(target.sites.map((site) => victimOn(target, site, signal)));
      const uids = hit.get(target) ?? new Set();
      hit.set(target, uids);
      for (const { uid } of victims) uids.add(uid);
      const killed = await Promise.all(victims.map((victim) => kill(target, victim, how)));
      for (const victim of killed) {
        const evidence = { pod: victim.pod, podUid: victim.uid, container: victim.containerId, pid: victim.pid };
        const detail = `${name} to PID ${victim.pid}, container ${short(victim.containerId)}`;
        append(target, number, victim, 'injected', victim.atNs, detail, evidence);
      }
      return {
        atNs: Math.min(...killed.map(({ atNs }) => atNs)),
        confirm: async (confirmSignal) => {
          await Promise.all(killed.map((victim) => confirm(target, number, victim, confirmSignal)));
        },
      };
    },

    async revert(target, signal) {
      const killed = hit.get(target) ?? new Set();
      await freshNodeCache(target, { when: 'restarted', killed, deadlineNs: 60e9, signal });
    },
  };
}

type Victim = Omit<Killed, 'pid' | 'atNs' | 'kind'>;

async function victimOn(
  { nodeCache, confirmDeadlineNs, agentOf }: FaultTarget,
  site: Site,
  signal: AbortSignal,
): Promise<Victim> {
  const ask = () => {
    const pod = nodeCachePodOn(nodeCache, site);
    return pod !== null && isRunning(pod) ? pod : null;
  };
  const pod = await nodeCache.waitFor(ask, {
    what: `node-cache to run on ${site.node}, to be killed`,
    deadlineNs: confirmDeadlineNs,
    signal,
  });
  const containerId = containerIdOf(pod) ?? '';
  await agentOf(site).ask('find', { containerId });
  return { site, pod: pod.metadata?.name ?? '', uid: pod.metadata?.uid ?? '', containerId };
}

async function kill(
  { agentOf }: FaultTarget,
  victim: Victim,
  { kind, signal }: { readonly kind: string; readonly signal: string },
): Promise<Killed> {
  const { atNs, pid } = await agentOf(victim.site).ask('signal', { containerId: victim.containerId, signal });
  return { ...victim, kind, atNs, pid: Number(pid) };
}

/** In force, when the old process is gone and kubelet has a new container in its place, in the same pod. */
async function confirm(target: FaultTarget, number: number, victim: Killed, signal: AbortSignal): Promise<void> {
  const { nodeCache, confirmDeadlineNs, agentOf } = target;
  const ask = () => {
    const pod = nodeCachePodOn(nodeCache, victim.site);
    const id = pod === null || !isRunning(pod) ? null : containerIdOf(pod);
    return id === null || id === victim.containerId ? null : id;
  };
  try {
    const what = `a new container of node-cache on ${victim.site.node}`;
    const newId = await nodeCache.waitFor(ask, { what, deadlineNs: confirmDeadlineNs, signal });
    const gone = await agentOf(victim.site)
      .ask('find', { containerId: victim.containerId })
      .then(
        ({ pid }) => pid !== victim.pid,
        () => true,
      );
    const { pid } = await agentOf(victim.site).ask('find', { containerId: newId });
    const evidence = {
      oldContainer: victim.containerId,
      newContainer: newId,
      pid: victim.pid,
      newPid: Number(pid),
      oldProcessGone: gone,
    };
    const detail = `container ${short(victim.containerId)} → ${short(newId)}, PID ${victim.pid} ${gone ? 'gone' : 'still there'}, new PID ${Number(pid)}`;
    append(target, number, victim, gone ? 'confirmed' : 'unconfirmed', nowNs(), detail, evidence);
  } catch (error) {
    signal.throwIfAborted();
    append(target, number, victim, 'unconfirmed', nowNs(), error instanceof Error ? error.message : String(error), {
      oldContainer: victim.containerId,
      pid: victim.pid,
    });
  }
}

function append(
  { append: write }: FaultTarget,
  fault: number,
  { site, kind }: Killed,
  event: FaultMark['event'],
  atNs: number,
  detail: string,
  evidence: FaultMark['evidence'],
): void {
  write({
    type: 'fault',
    fault,
    kind,
    site: site.name,
    node: site.node,
    event,
    atNs,
    detail,
    evidence,
  });
}

function short(containerId: string): string {
  return `${containerId.slice(0, 12)}…`;
}
