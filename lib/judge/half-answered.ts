import type { DnsResponse, Observation, Probe } from '../journal/entry.ts';
import { resolverTimeoutNs } from '../resolver-model/resolver-timeout.ts';

/**
 * Lookups that had one of their two answers (A, AAAA) from the first nameserver when it fell silent. glibc alone asks that server once more
 * before it goes on to the next, as a broken one might not bear two queries at a time, and so waits two timeouts (`send_dg` in
 * resolv/res_send.c, RES_SNGLKUP; shown by test/probes/probes.test.ts). A lookup's first queries are told from its neighbours' by when they
 * left: between its own start and the next lookup's. On a busy machine a query may leave later than that; so only lookups that did wait a
 * timeout count.
 * @param lookups of the probe, in order of due time
 */
export function halfAnswered(
  { resolver, dnsConfig, queryName }: Probe,
  lookups: readonly Observation[],
  responses: readonly DnsResponse[],
): ReadonlySet<number> {
  const first = dnsConfig.nameservers[0];
  if (resolver !== 'glibc') return new Set();
  const heard = responses.filter(
    (response) => response.server === first && response.queryName === queryName && response.queryAtNs !== null,
  );
  if (new Set(heard.map(({ queryType }) => queryType)).size < 2) return new Set();
  const begun = lookups.filter(({ outcome }) => outcome !== 'unsent').toSorted((a, b) => a.startNs - b.startNs);
  const timeoutNs = resolverTimeoutNs(resolver, dnsConfig);
  const half = new Set<number>();
  let at = 0;
  const byQuery = heard.toSorted((a, b) => (a.queryAtNs ?? 0) - (b.queryAtNs ?? 0));
  for (const [index, lookup] of begun.entries()) {
    const untilNs = begun[index + 1]?.startNs ?? Infinity;
    const types = new Set<string>();
    for (; (byQuery[at]?.queryAtNs ?? Infinity) < untilNs; at += 1) {
      const response = byQuery[at];
      if (response !== undefined && (response.queryAtNs ?? 0) >= lookup.startNs) types.add(response.queryType);
    }
    if (types.size === 1 && lookup.endNs - lookup.startNs >= timeoutNs) half.add(lookup.seq);
  }
  return half;
}
