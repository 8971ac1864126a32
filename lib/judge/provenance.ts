import type { DnsResponse, Observation } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { ProbeRecord } from './probe-record.ts';
import { belongsTo } from './phases.ts';
import type { Provenance } from './verdict.ts';

/** A capture's clock reading and the probe's own differ by less than this. */
const clockSlackNs = 200_000;

/**
 * Which server answered each good lookup, per phase. A resolver returns as soon as it has its answer, so of the NOERROR
 * responses that arrived while the lookup was under way, to a query sent in that time, the last is the one that ended it.
 * (The first may belong to a neighbour: a busy probe has many lookups under way at once.) Null: nothing was captured.
 */
export function whoAnswered(journal: Journal, record: ProbeRecord): readonly Provenance[] | null {
  const responses = (journal.responses.get(record.probe.probe) ?? []).filter(({ rcode }) => rcode === 'NOERROR');
  if (responses.length === 0) return null;
  const faults = record.windows.filter(({ fault }) => fault > 0);
  return [
    { phase: 'baseline', servers: countServers(record.baselineLookups, responses) },
    ...faults.map((window) => ({
      phase: `fault ${window.fault}`,
      servers: countServers(
        record.faultLookups.filter((lookup) => belongsTo(lookup, window)),
        responses,
      ),
    })),
  ];
}

function countServers(lookups: readonly Observation[], responses: readonly DnsResponse[]): Provenance['servers'] {
  const counts = new Map<string, number>();
  for (const lookup of lookups) {
    const response = lookup.outcome === 'answered' ? responseFor(lookup, responses) : undefined;
    if (response === undefined) continue;
    const server = `${response.server} (${response.from === 'own-node' ? 'own node' : 'elsewhere'})`;
    counts.set(server, (counts.get(server) ?? 0) + 1);
  }
  return [...counts]
    .map(([server, count]) => ({ server, lookups: count }))
    .sort((a, b) => b.lookups - a.lookups || a.server.localeCompare(b.server));
}

function responseFor(lookup: Observation, responses: readonly DnsResponse[]): DnsResponse | undefined {
  const sinceNs = lookup.startNs - clockSlackNs;
  const last = lastUntil(responses, lookup.endNs);
  for (let index = last; index >= 0; index -= 1) {
    const response = responses[index];
    if (response === undefined || response.atNs < sinceNs) break;
    if ((response.queryAtNs ?? response.atNs) >= sinceNs) return response;
  }
  const next = responses[last + 1];
  return next !== undefined && next.atNs <= lookup.endNs + clockSlackNs ? next : undefined;
}

/** Index of the last response that arrived until then, by bisection; -1 when there is none. */
function lastUntil(responses: readonly DnsResponse[], untilNs: number): number {
  let low = 0;
  let high = responses.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((responses[middle]?.atNs ?? Infinity) <= untilNs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
