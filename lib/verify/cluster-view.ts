import { findDnsService } from '../kube/find-dns-service.ts';
import { hasLabels } from '../kube/has-labels.ts';
import type { PodGlance } from '../kube/pod-glance.ts';
import type { ClusterSnapshot } from '../kube/snapshot.ts';
import type { Service } from '../kube/types.ts';
import { domainOf, kubeletDnsOf, serviceProxyOf, type ServiceProxy } from './cluster-settings.ts';
import type { KubeletDns } from './effective-resolv-conf.ts';
import { findNodeCaches, type NodeCache } from './node-cache.ts';
import type { ObjectName } from './object-name.ts';
import { podDnsOf, type PodDns } from './pod-dns.ts';
import type { Told } from './told.ts';

interface DnsService {
  readonly object: ObjectName;
  readonly ip: string;
}

/** A Local Redirect Policy of Cilium that sends cluster DNS to node-cache, with the address that it redirects. */
interface Redirect {
  readonly object: ObjectName;
  readonly ip: string;
}

/** What a snapshot means for DNS, before anything is judged. */
export interface ClusterView {
  readonly snapshot: ClusterSnapshot;
  readonly nodeNames: readonly string[];
  readonly nodeCaches: readonly NodeCache[];
  readonly kubeDns: DnsService | null;
  /** The Service that node-cache forwards to, where it has one of its own. */
  readonly upstream: DnsService | null;
  readonly serviceByIp: ReadonlyMap<string, ObjectName>;
  readonly domain: Told<string>;
  readonly serviceProxy: Told<ServiceProxy>;
  readonly kubelet: Told<KubeletDns>;
  readonly redirects: readonly Redirect[];
  readonly podDns: readonly PodDns[];
}

export interface ViewOptions {
  /** kubelet's `--cluster-dns`, when the user knows better; empty: it is found out. */
  readonly clusterDns: readonly string[];
}

export function viewCluster(snapshot: ClusterSnapshot, { clusterDns }: ViewOptions): ClusterView {
  const nodeCaches = findNodeCaches(snapshot);
  const kubeDns = kubeDnsOf(snapshot);
  const view: Omit<ClusterView, 'podDns'> = {
    snapshot,
    nodeNames: snapshot.nodes.map(({ metadata }) => metadata?.name ?? '').sort(),
    nodeCaches,
    kubeDns,
    upstream: upstreamOf(snapshot, nodeCaches),
    serviceByIp: servicesByIp(snapshot.services),
    domain: domainOf(snapshot),
    serviceProxy: serviceProxyOf(snapshot),
    kubelet: kubeletDnsOf(snapshot, { kubeDnsIp: kubeDns?.ip ?? null, told: clusterDns }),
    redirects: redirectsOf(snapshot, nodeCaches),
  };
  return { ...view, podDns: snapshot.pods.filter(asksDns).map((pod) => podDnsOf(pod, view)) };
}

/** Pods that ended, or are about to be gone, look nothing up. */
function asksDns({ phase, leaving }: PodGlance): boolean {
  return phase !== 'Succeeded' && phase !== 'Failed' && !leaving;
}

function kubeDnsOf({ services }: ClusterSnapshot): DnsService | null {
  const found = findDnsService(services);
  return found === undefined ? null : dnsService(found);
}

/** node-cache finds it by an environment variable, so it is of node-cache's own namespace (flag `-upstreamsvc`). */
function upstreamOf({ services }: ClusterSnapshot, nodeCaches: readonly NodeCache[]): DnsService | null {
  const named = nodeCaches.map(({ object, flags }) => ({ ...object, name: flags.get('upstreamsvc') }));
  const found = services.find(({ metadata }) =>
    named.some(({ namespace, name }) => metadata?.namespace === namespace && metadata.name === name),
  );
  return found === undefined ? null : dnsService(found);
}

function dnsService({ metadata, spec }: Service): DnsService | null {
  const ip = spec?.clusterIP;
  if (ip === undefined || ip === '' || ip === 'None') return null;
  return { object: { kind: 'Service', namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' }, ip };
}

function servicesByIp(services: readonly Service[]): ReadonlyMap<string, ObjectName> {
  return new Map(
    services.flatMap((service) => {
      const found = dnsService(service);
      return found === null ? [] : [[found.ip, found.object] as const];
    }),
  );
}

function redirectsOf(snapshot: ClusterSnapshot, nodeCaches: readonly NodeCache[]): readonly Redirect[] {
  return (snapshot.redirectPolicies ?? []).flatMap(({ metadata, spec }): readonly Redirect[] => {
    const wanted = spec?.redirectBackend?.localEndpointSelector?.matchLabels ?? {};
    const toNodeCache = nodeCaches.some(({ labels }) => hasLabels(labels, wanted));
    const { addressMatcher, serviceMatcher } = spec?.redirectFrontend ?? {};
    const service = snapshot.services.find(
      ({ metadata: of }) => of?.name === serviceMatcher?.serviceName && of?.namespace === serviceMatcher?.namespace,
    );
    const ip = addressMatcher?.ip ?? service?.spec?.clusterIP;
    if (!toNodeCache || ip === undefined) return [];
    const { namespace = '', name = '' } = metadata ?? {};
    return [{ object: { kind: 'CiliumLocalRedirectPolicy', namespace, name }, ip }];
  });
}
