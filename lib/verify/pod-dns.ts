import type { PodGlance } from '../kube/pod-glance.ts';
import type { ClusterView } from './cluster-view.ts';
import { effectiveResolvConf, type EffectiveResolvConf } from './effective-resolv-conf.ts';
import type { NodeCache } from './node-cache.ts';
import { nodesWith } from './nodes-with.ts';
import type { ObjectName } from './object-name.ts';
import { ownerOf } from './owner-of.ts';

/**
 * Who answers at a nameserver's address, on the pod's node:
 * - `node-cache`: that node's node-cache holds it
 * - `cluster`: a Service of the cluster, by kube-proxy: CoreDNS, whatever becomes of node-cache
 * - `nobody`: an address that only a node-cache would hold, on a node without one, or that no node-cache has
 * - `foreign`: an address outside the cluster's DNS
 */
export type Answerer = 'node-cache' | 'cluster' | 'nobody' | 'foreign';

interface PodNameserver {
  readonly address: string;
  readonly answerer: Answerer;
  /** Whether CoreDNS answers there when node-cache has gone with its rules and its link, as at an update. */
  readonly afterTearDown: boolean;
}

/**
 * What becomes of a pod's DNS while its node has no node-cache:
 * - `keeps`: no nameserver that is asked first is node-cache's
 * - `slows`: the first is gone, a later one answers
 * - `loses`: all that it has are gone
 * - `dead`: it has no DNS now, whatever becomes of node-cache
 * - `unknown`: its nameservers, or the first of them, are the node's own, which the API server does not tell
 */
export type Fate = 'keeps' | 'slows' | 'loses' | 'dead' | 'unknown';

/** A pod, what it asks, and what that comes to. */
export interface PodDns {
  readonly pod: PodGlance;
  readonly owner: ObjectName;
  readonly resolvConf: EffectiveResolvConf;
  readonly nameservers: readonly PodNameserver[];
  /** node-cache dies without tearing down: SIGKILL, out of memory, a fatal error. */
  readonly killed: Fate;
  /** node-cache ends in order, as at an update or when its pod is deleted. */
  readonly updated: Fate;
}

type ViewWithoutPods = Omit<ClusterView, 'podDns'>;

export function podDnsOf(pod: PodGlance, view: ViewWithoutPods): PodDns {
  const resolvConf = effectiveResolvConf(pod, view.kubelet.value);
  const node = pod.node ?? likelyNode(pod, view);
  const nodeCaches = view.nodeCaches.filter(({ nodes }) => node !== null && nodes.has(node));
  const nameservers = resolvConf.nameservers.map((address) => nameserverOf(address, nodeCaches, view));
  const unknown = resolvConf.base === 'node' || nameservers.length === 0;
  const fate = (gone: (server: PodNameserver) => boolean) => (unknown ? 'unknown' : fateOf(nameservers, gone));
  return {
    pod,
    owner: ownerOf(pod),
    resolvConf,
    nameservers,
    killed: fate(({ answerer }) => answerer === 'node-cache'),
    updated: fate(({ answerer, afterTearDown }) => answerer === 'node-cache' && !afterTearDown),
  };
}

/** A pod that waits for a node is judged as if on the first that its nodeSelector allows. */
function likelyNode({ nodeSelector }: PodGlance, { snapshot }: ViewWithoutPods): string | null {
  return nodesWith(snapshot, nodeSelector)[0] ?? null;
}

function nameserverOf(address: string, nodeCaches: readonly NodeCache[], view: ViewWithoutPods): PodNameserver {
  const { serviceByIp, redirects, serviceProxy } = view;
  const isService = serviceByIp.has(address);
  const redirected = nodeCaches.length > 0 && redirects.some(({ ip }) => ip === address);
  // Where Cilium plays kube-proxy, a ClusterIP is translated before node-cache's rules or link could catch it.
  const caught = nodeCaches.some(({ listens }) => listens.includes(address));
  const held = redirected || (caught && !(isService && serviceProxy.value === 'cilium'));
  const ofNodeCache = view.nodeCaches.some(({ localIps, listens }) => [...localIps, ...listens].includes(address));
  return {
    address,
    answerer: held ? 'node-cache' : isService ? 'cluster' : ofNodeCache || isLinkLocal(address) ? 'nobody' : 'foreign',
    afterTearDown: isService && nodeCaches.every(({ tearsDown }) => tearsDown),
  };
}

function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.') && !cloudResolvers.has(address);
}

/** The resolvers of AWS (VPC) and of Google Cloud lie in the link-local range too. */
const cloudResolvers = new Set(['169.254.169.253', '169.254.169.254']);

function fateOf(nameservers: readonly PodNameserver[], gone: (server: PodNameserver) => boolean): Fate {
  const isDead = ({ answerer }: PodNameserver) => answerer === 'nobody';
  const silent = (server: PodNameserver) => isDead(server) || gone(server);
  if (nameservers.every(isDead)) return 'dead';
  if (nameservers.every(silent)) return 'loses';
  return nameservers.slice(0, 1).some(silent) ? 'slows' : 'keeps';
}
