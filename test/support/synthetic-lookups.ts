import type { DnsResponse, Observation, Probe, SiteName } from '../../lib/journal/entry.ts';
import { seededRandom } from './random.ts';
import { syntheticAddress } from './synthetic-cluster.ts';
import { syntheticLookup, type SyntheticResult, type SyntheticServer } from './synthetic-lookup.ts';
import { syntheticPlan, type SyntheticRun } from './synthetic-run.ts';

const second = 1_000_000_000;
const millisecond = 1_000_000;

/** Every lookup of one probe, and the response that answered it. */
export function syntheticLookups(probe: Probe, index: number, run: SyntheticRun): (Observation | DnsResponse)[] {
  const random = seededRandom(run.seed * 1000 + index);
  const servers = probe.dnsConfig.nameservers.map((nameserver) => server(nameserver, probe.site, run));
  const firstDueNs = syntheticPlan.startNs + Math.floor(random() * probe.intervalNs);
  const lastDueNs = Math.min(syntheticPlan.startNs + syntheticPlan.drainingNs, run.stopNs);
  const entries: (Observation | DnsResponse)[] = [];
  const lost = run.flaw === 'gap' && index === 0 ? 300 : -1;

  let flight: SyntheticResult | null = null;

  for (let seq = 0; firstDueNs + seq * probe.intervalNs < lastDueNs; seq += 1) {
    const dueNs = firstDueNs + seq * probe.intervalNs;
    const startNs = dueNs + latenessNs(run, index, random);
    // In Go, lookups of one name that overlap share one attempt and its result.
    const shared: SyntheticResult | null =
      probe.resolver === 'go' && flight !== null && startNs < flight.endNs ? flight : null;
    const result: SyntheticResult =
      shared ??
      syntheticLookup({
        resolver: probe.resolver,
        dnsConfig: probe.dnsConfig,
        servers: preferred(servers, probe, startNs),
        refused: probe.rate === 'quiet',
        startNs,
        random,
      });
    flight = result;
    const dirty = run.flaw === 'dirty-baseline' && index === 2 && (seq === 300 || seq === 301);
    const cutShort = result.endNs > run.stopNs;
    if (seq === lost) continue;
    entries.push({
      type: 'observation',
      probe: probe.probe,
      seq,
      dueNs,
      startNs,
      endNs: cutShort ? run.stopNs : result.endNs,
      ...whatCameOfIt(dirty, cutShort, result),
    });
    if (run.captures && result.server !== null && !cutShort && shared === null)
      entries.push(response(probe, result.server, result.endNs));
  }
  return entries;
}

function whatCameOfIt(
  dirty: boolean,
  cutShort: boolean,
  result: ReturnType<typeof syntheticLookup>,
): Pick<Observation, 'outcome' | 'answers' | 'error'> {
  if (dirty) return { outcome: 'failed', answers: [], error: 'SERVFAIL' };
  if (cutShort) return { outcome: 'abandoned', answers: [], error: null };
  return { outcome: result.outcome, answers: result.outcome === 'answered' ? ['192.0.2.10'] : [], error: result.error };
}

function response(probe: Probe, from: SyntheticServer, endNs: number): DnsResponse {
  return {
    type: 'response',
    probe: probe.probe,
    atNs: endNs - 40_000,
    server: from.address,
    from: from.from,
    queryAtNs: endNs - Math.round(from.rttNs * 0.7),
    queryName: probe.queryName,
    queryType: 'A',
    rcode: 'NOERROR',
    tcp: false,
  };
}

/** c-ares remembers a server that failed it and asks the other one first until that server answers again. */
function preferred(servers: readonly SyntheticServer[], probe: Probe, startNs: number): readonly SyntheticServer[] {
  const [first, second_] = servers;
  if (probe.resolver !== 'c-ares' || first === undefined || second_ === undefined) return servers;
  const remembered = first.down.some(({ fromNs, toNs }) => startNs > fromNs + 3 * second && startNs < toNs);
  return remembered ? [second_, first] : servers;
}

function server(nameserver: string, site: SiteName, run: SyntheticRun): SyntheticServer {
  const own =
    site !== 'control' &&
    (nameserver === syntheticAddress.nodeCache || (nameserver === syntheticAddress.kubeDns && site === 'both'));
  return {
    address: nameserver,
    from: own ? 'own-node' : 'elsewhere',
    rttNs: own ? 350_000 : 900_000,
    down: own ? run.kills.map(({ goneNs, boundNs }) => ({ fromNs: goneNs, toNs: boundNs })) : [],
  };
}

function latenessNs(run: SyntheticRun, index: number, random: () => number): number {
  const lags = run.flaw === 'late' && index === 1;
  return Math.floor((lags ? 90 * millisecond : 0) + random() * (random() < 0.02 ? 8 : 0.4) * millisecond);
}
