import type { ClusterView } from './cluster-view.ts';
import { objectText, type ObjectName } from './object-name.ts';
import type { Fate, PodDns } from './pod-dns.ts';
import { predictLongest, type LongestLookup } from './predict-longest.ts';

/** Pods of one owner. */
export interface OwnerCount {
  readonly owner: ObjectName;
  readonly pods: number;
}

/** Pods whose resolv.conf comes to the same: the same nameservers, with the same role each, and the same options. */
export interface CensusGroup {
  readonly base: PodDns['resolvConf']['base'];
  readonly nameservers: PodDns['nameservers'];
  /** As in resolv.conf (`ndots:5`), by name. */
  readonly options: readonly string[];
  readonly killed: Fate;
  readonly updated: Fate;
  readonly pods: number;
  /** The most pods first. */
  readonly owners: readonly OwnerCount[];
  /** The longest lookup of each resolver while node-cache is gone, by the model of it; null: nothing is gone for these pods. */
  readonly longest: readonly LongestLookup[] | null;
}

interface NamespaceCount {
  readonly namespace: string;
  readonly pods: number;
  readonly killed: Readonly<Record<Fate, number>>;
}

/** All pods that may look names up, by what becomes of their DNS; what goes wrong first. */
export interface Census {
  readonly pods: number;
  readonly killed: Readonly<Record<Fate, number>>;
  readonly updated: Readonly<Record<Fate, number>>;
  readonly groups: readonly CensusGroup[];
  readonly namespaces: readonly NamespaceCount[];
}

export function takeCensus({ podDns, domain }: ClusterView): Census {
  const groups = [...Map.groupBy(podDns, groupKey).values()].map((pods) => groupOf(pods, domain.value));
  const namespaces = [...Map.groupBy(podDns, ({ pod }) => pod.namespace)].map(([namespace, pods]) => ({
    namespace,
    pods: pods.length,
    killed: countFates(pods, ({ killed }) => killed),
  }));
  return {
    pods: podDns.length,
    killed: countFates(podDns, ({ killed }) => killed),
    updated: countFates(podDns, ({ updated }) => updated),
    groups: groups.sort((a, b) => severity[a.killed] - severity[b.killed] || b.pods - a.pods),
    namespaces: namespaces.sort(
      (a, b) => b.killed.loses - a.killed.loses || b.pods - a.pods || a.namespace.localeCompare(b.namespace),
    ),
  };
}

/** Owners of pods with how many each, the most first. */
export function countOwners(pods: readonly PodDns[]): readonly OwnerCount[] {
  return [...Map.groupBy(pods, ({ owner }) => objectText(owner)).values()]
    .flatMap((same) => same.slice(0, 1).map(({ owner }) => ({ owner, pods: same.length })))
    .sort((a, b) => b.pods - a.pods || objectText(a.owner).localeCompare(objectText(b.owner)));
}

const severity: Readonly<Record<Fate, number>> = { dead: 0, loses: 1, slows: 2, keeps: 3, unknown: 4 };

function groupKey({ resolvConf, nameservers, killed, updated }: PodDns): string {
  const servers = nameservers.map(({ address, answerer }) => `${address}=${answerer}`);
  return JSON.stringify([resolvConf.base, servers, optionWords(resolvConf.options), killed, updated]);
}

function optionWords(options: ReadonlyMap<string, string>): readonly string[] {
  return [...options].map(([name, value]) => (value === '' ? name : `${name}:${value}`)).sort();
}

function groupOf(pods: readonly PodDns[], domain: string): CensusGroup {
  const [first] = pods;
  if (first === undefined) throw new Error('a group of pods has at least one');
  const { resolvConf, nameservers, killed, updated } = first;
  return {
    base: resolvConf.base,
    nameservers,
    options: optionWords(resolvConf.options),
    killed,
    updated,
    pods: pods.length,
    owners: countOwners(pods),
    longest: killed === 'loses' || killed === 'slows' ? predictLongest(first, domain) : null,
  };
}

function countFates(pods: readonly PodDns[], fate: (pod: PodDns) => Fate): Readonly<Record<Fate, number>> {
  const counts: Record<Fate, number> = { dead: 0, loses: 0, slows: 0, keeps: 0, unknown: 0 };
  for (const pod of pods) counts[fate(pod)]++;
  return counts;
}
