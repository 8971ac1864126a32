/** Series of Prometheus text with their values; why there are none. */
export type Counters =
  { readonly values: ReadonlyMap<string, number>; readonly error: null } | { readonly error: string };

/** One series and by how much it moved at the first asking, and at the second. */
type Moved = readonly [series: string, first: number, second: number];

const timeoutMs = 3000;

/**
 * What CoreDNS counts that tells a miss from a hit: plugin/metrics/vars/vars.go (of the other types of query nothing is said),
 * plugin/cache/metrics.go, plugin/pkg/proxy/metrics.go, and plugin/forward/metrics.go before CoreDNS 1.11.
 */
const counted =
  /^(coredns_dns_requests_total\{[^}]*type="NSEC3"[^}]*\}|coredns_cache_(?:hits|misses|requests)_total\{[^}]*\}|coredns_(?:proxy_request_duration_seconds_count|forward_requests_total)\{[^}]*\}) (\S+)/gm;

/** Reads one page of metrics, such as http://172.30.0.2:9253/metrics. Never rejects. */
export async function readCounters(url: string): Promise<Counters> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    if (!response.ok) return { error: `HTTP ${response.status}` };
    if (!text.includes('\ncoredns_')) return { error: 'it has no metrics of CoreDNS' };
    const values = [...text.matchAll(counted)].map(([, series = '', value]) => [series, Number(value)] as const);
    return { values: new Map(values), error: null };
  } catch (error) {
    return { error: because(error).slice(0, 300) };
  }
}

/** A series that was not there had counted nothing yet. */
export function movedBetween(
  before: Counters | undefined,
  between: Counters | undefined,
  after: Counters | undefined,
): { readonly error: string | null; readonly moved: readonly Moved[] } {
  const read: ReadonlyMap<string, number>[] = [];
  for (const each of [before, between, after]) {
    if (each === undefined || each.error !== null) return { error: each?.error ?? 'not read', moved: [] };
    read.push(each.values);
  }
  const [one, two, three] = read;
  const all = new Set(read.flatMap((values) => [...values.keys()]));
  const moved = [...all].map((series): Moved => {
    const middle = two?.get(series) ?? 0;
    return [series, middle - (one?.get(series) ?? 0), (three?.get(series) ?? 0) - middle];
  });
  return { error: null, moved: moved.filter(([, first, second]) => first !== 0 || second !== 0) };
}

/** What is wrong with a connection is the cause of fetch's error. */
function because(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
