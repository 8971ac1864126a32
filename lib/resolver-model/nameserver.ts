import type { Range } from './range.ts';

/**
 * What becomes of a query that arrives at a nameserver:
 * - `answering`: it is answered after the round trip
 * - `silent`: nothing comes back
 * - `closed`: nobody listens on the port of a live node. The kernel says so by ICMP port unreachable, but only about six
 *   times at once and then once a second per client address (net.ipv4.icmp_ratelimit), so that it may be met with silence
 */
export type NameserverState = 'answering' | 'silent' | 'closed';

/** A nameserver over time: answering, except in its spans (each from its begin up to, and without, its end). */
export interface Nameserver {
  readonly address: string;
  readonly rttNs: Range;
  readonly spans: readonly { readonly fromNs: number; readonly untilNs: number; readonly state: 'silent' | 'closed' }[];
}

export function stateAt(nameserver: Nameserver, atNs: number): NameserverState {
  return nameserver.spans.find(({ fromNs, untilNs }) => atNs >= fromNs && atNs < untilNs)?.state ?? 'answering';
}

/** Cuts a range of moments where the nameserver's state changes. */
export function splitByState(
  nameserver: Nameserver,
  range: Range,
): readonly { readonly range: Range; readonly state: NameserverState }[] {
  const cuts = nameserver.spans
    .flatMap(({ fromNs, untilNs }) => [fromNs, untilNs])
    .filter((cut) => cut > range.minNs && cut <= range.maxNs)
    .sort((a, b) => a - b);
  const starts = [range.minNs, ...cuts];
  return starts.map((minNs, index) => ({
    range: { minNs, maxNs: starts[index + 1] ?? range.maxNs },
    state: stateAt(nameserver, minNs),
  }));
}
