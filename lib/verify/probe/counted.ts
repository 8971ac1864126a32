import type { AskedRound, CounterMoves } from '../../probe/asked-twice.ts';

/** How far a counter moved at the first asking, and at the second. */
interface Moves {
  readonly first: number;
  readonly second: number;
}

/** What the counters say of one round. Null: not readable. */
export interface RoundCounts {
  /** Queries of our type that came to the node's node-cache, to any of its addresses: nobody else asks for that type. */
  readonly arrived: Moves | null;
  /** Hits and misses of its cache for the zone of our names, whoever asked. */
  readonly hits: Moves | null;
  readonly misses: Moves | null;
  /** Queries that node-cache sent on, of all its server blocks, whoever asked. */
  readonly forwarded: Moves | null;
  /** Queries of our type that came to CoreDNS, over all its pods: null also when one of them can't be read. */
  readonly atCoreDns: Moves | null;
}

/**
 * Reads them as CoreDNS exports them: `coredns_dns_requests_total` by type of query (plugin/metrics/vars/vars.go),
 * `coredns_cache_hits_total` and `coredns_cache_misses_total` by the zones of the server block (plugin/cache/metrics.go); the same names
 * since 1.7, node-cache 1.26.8 (CoreDNS 1.13.2) included.
 */
export function countedIn({ counters }: AskedRound, name: string): RoundCounts {
  const nodeCache = counters.filter(({ of }) => of.startsWith('node-cache='));
  const coreDns = counters.filter(({ of }) => of.startsWith('coredns='));
  return {
    arrived: sumOf(nodeCache, ['coredns_dns_requests_total'], () => true),
    hits: sumOf(nodeCache, ['coredns_cache_hits_total'], ofZone(nodeCache, name)),
    misses: sumOf(nodeCache, ['coredns_cache_misses_total'], ofZone(nodeCache, name)),
    forwarded: sumOf(nodeCache, forwardFamilies, () => true),
    atCoreDns: sumOf(coreDns, ['coredns_dns_requests_total'], () => true),
  };
}

type Labels = ReadonlyMap<string, string>;

/** The first since CoreDNS 1.11 (plugin/pkg/proxy/metrics.go), the other one before. */
const forwardFamilies = ['coredns_proxy_request_duration_seconds_count', 'coredns_forward_requests_total'];

function sumOf(
  counters: readonly CounterMoves[],
  families: readonly string[],
  wanted: (labels: Labels) => boolean,
): Moves | null {
  if (counters.length === 0 || counters.some(({ error }) => error !== null)) return null;
  const moved = counters
    .flatMap((each) => each.moved)
    .filter(([series]) => families.includes(series.slice(0, series.indexOf('{'))) && wanted(labelsOf(series)));
  return {
    first: moved.reduce((sum, [, first]) => sum + first, 0),
    second: moved.reduce((sum, [, , second]) => sum + second, 0),
  };
}

/** The server block with the longest zone that holds the name answers for it; its cache's counters carry its zones. */
function ofZone(counters: readonly CounterMoves[], name: string): (labels: Labels) => boolean {
  const zones = counters
    .flatMap(({ moved }) => moved.map(([series]) => labelsOf(series).get('zones')))
    .filter((zone): zone is string => zone !== undefined && holds(zone, name));
  const longest = zones.sort((a, b) => b.length - a.length)[0];
  return (labels) => longest !== undefined && labels.get('zones') === longest;
}

function holds(zones: string, name: string): boolean {
  return zones.split(',').some((zone) => zone === '.' || `${name}.`.endsWith(`.${zone}`));
}

function labelsOf(series: string): Labels {
  return new Map([...series.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [name, value]));
}
