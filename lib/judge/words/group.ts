import { resolverSchema, type ClusterFacts, type SiteName } from '../../journal/entry.ts';
import { controlSharesNode } from '../control-shares-node.ts';
import { listOf } from '../format.ts';
import type { ProbeRecord } from '../probe-record.ts';
import { placeInWords, resolverInWords, setUpInWords } from './set-up.ts';

/** Probes that a sentence can speak of together: the same set-up, on the same sites. */
export interface Group {
  /** `pods with kube-dns as second nameserver where node-cache listens on both addresses`. */
  readonly text: string;
  readonly records: readonly ProbeRecord[];
}

/** Groups some of all probes by set-up, and says of each where and with which resolvers, if that sets it apart. */
export function groupsOf(
  chosen: readonly ProbeRecord[],
  all: readonly ProbeRecord[],
  cluster: ClusterFacts,
): readonly Group[] {
  const nameOf = ({ probe }: ProbeRecord): string => setUpInWords(cluster, probe.resolver, probe.dnsConfig);
  return [...Map.groupBy(chosen, nameOf)].flatMap(([name, records]) => splitByPlace(name, records));

  /** Where the sites differ in resolvers, they are told one by one. */
  function splitByPlace(name: string, records: readonly ProbeRecord[]): readonly Group[] {
    const peers = all.filter((record) => nameOf(record) === name);
    const bySite = Map.groupBy(records, ({ probe }) => probe.site);
    const byResolvers = Map.groupBy([...bySite.values()], (ofSite) => resolversIn(ofSite, peers));
    return [...byResolvers].map(([resolvers, sites]) => {
      const members = sites.flat();
      const place = hasNoPlace(members) ? '' : placeInWords(sitesOf(members), underTest(peers));
      return { text: `${name}${resolvers}${place}`, records: members };
    });
  }

  /** A control on a node under test has nothing of its own but the server that it asks, which its set-up names. */
  function hasNoPlace(members: readonly ProbeRecord[]): boolean {
    return members.some(({ probe }) => probe.site === 'control') && controlSharesNode(all.map(({ probe }) => probe));
  }
}

/** ` that resolve with c-ares`, when others of that set-up and site are not meant. */
function resolversIn(ofSite: readonly ProbeRecord[], peers: readonly ProbeRecord[]): string {
  const site = ofSite[0]?.probe.site;
  const meant = new Set(ofSite.map(({ probe }) => probe.resolver));
  const there = new Set(peers.filter(({ probe }) => probe.site === site).map(({ probe }) => probe.resolver));
  return meant.size === there.size
    ? ''
    : ` that resolve with ${listOf(resolverOrder.filter((resolver) => meant.has(resolver)).map(resolverInWords))}`;
}

const resolverOrder = resolverSchema.options;

function sitesOf(records: readonly ProbeRecord[]): Set<SiteName> {
  return new Set(records.map(({ probe }) => probe.site));
}

function underTest(records: readonly ProbeRecord[]): Set<SiteName> {
  return new Set(records.map(({ probe }) => probe.site).filter((site) => site !== 'control'));
}
