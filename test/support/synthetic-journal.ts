import { collectJournal } from '../../lib/journal/collect-journal.ts';
import type {
  DnsConfig,
  DnsResponse,
  Entry,
  FaultMark,
  Head,
  NodeEvent,
  Observation,
  PhaseMark,
  Probe,
  Resolver,
  SiteName,
  Trouble,
} from '../../lib/journal/entry.ts';
import type { Journal } from '../../lib/journal/journal.ts';
import { seededRandom } from './random.ts';
import { syntheticHypothesis, type SyntheticClaims } from './synthetic-hypothesis.ts';
import { syntheticLookup, type SyntheticServer } from './synthetic-lookup.ts';

export interface SyntheticOptions {
  readonly seed?: number;
  /** What the hypothesis claims; `calm` injects nothing. `true` passes, `wrong` fails. */
  readonly claims?: SyntheticClaims;
  /**
   * What went wrong with the run itself: a dirty baseline, a probe whose clock lags, a hole in a probe's record, a kill
   * that could not be confirmed, a kill that nobody felt, or an abort 3 s after the second kill.
   */
  readonly flaw?: 'none' | 'dirty-baseline' | 'late' | 'gap' | 'unconfirmed' | 'not-felt' | 'aborted';
  /** Distance of a busy probe's lookups; 50 ms unless told. */
  readonly intervalNs?: number;
  readonly sites?: readonly SiteName[];
  readonly resolvers?: readonly Exclude<Resolver, 'wire'>[];
  readonly dnsConfigs?: readonly string[];
  /** Whether packets were captured in the probes' pods; true unless told. */
  readonly captures?: boolean;
  /** How long the process is gone after each kill; 1.1 s and 11 s unless told. */
  readonly downNs?: readonly number[];
}

const second = 1_000_000_000;
const millisecond = 1_000_000;

/** Plan of the synthetic run, in ns since its start. */
export const syntheticPlan = {
  startNs: 86_400 * second,
  baselineNs: 10 * second,
  killsNs: [20 * second, 35 * second],
  drainingNs: 65 * second,
  endNs: 85 * second,
} as const;

const address = { nodeCache: '169.254.20.10', kubeDns: '10.96.0.10', kubeDnsUpstream: '10.96.153.7' };

export function syntheticJournal(options: SyntheticOptions = {}): Journal {
  return collectJournal(syntheticEntries(options));
}

/** A plausible run of the main drill, in the order in which its journal would have been written. */
export function syntheticEntries(options: SyntheticOptions = {}): Entry[] {
  const run = plan(options);
  const probes = run.sites.flatMap((site) => probesOf(site, run));
  const timed = [
    ...phases(run),
    ...faults(run),
    ...nodeEvents(run),
    ...troubles(run),
    ...probes.flatMap((probe, index) => lookups(probe, index, run)),
  ].filter((entry) => writtenNs(entry) <= run.stopNs);

  return [
    head(run),
    { type: 'hypothesis', hypothesis: syntheticHypothesis(run.claims) },
    ...probes,
    ...timed.sort((a, b) => writtenNs(a) - writtenNs(b)),
  ];
}

interface Run {
  readonly seed: number;
  readonly claims: SyntheticClaims;
  readonly flaw: NonNullable<SyntheticOptions['flaw']>;
  readonly intervalNs: number;
  readonly sites: readonly SiteName[];
  readonly resolvers: readonly Exclude<Resolver, 'wire'>[];
  readonly dnsConfigs: readonly string[];
  readonly captures: boolean;
  /** When the process was gone, per kill. */
  readonly kills: readonly { readonly atNs: number; readonly goneNs: number; readonly boundNs: number }[];
  readonly stopNs: number;
}

function plan(options: SyntheticOptions): Run {
  const claims = options.claims ?? 'true';
  const flaw = options.flaw ?? 'none';
  const downNs = options.downNs ?? [1.1 * second, 11 * second];
  const kills = syntheticPlan.killsNs.map((killNs, index) => {
    const atNs = syntheticPlan.startNs + killNs;
    const down = flaw === 'not-felt' && index === 1 ? 4 * millisecond : (downNs[index] ?? second);
    return { atNs, goneNs: atNs + 4 * millisecond, boundNs: atNs + 4 * millisecond + down };
  });
  const lastKillNs = kills.at(-1)?.atNs ?? 0;
  return {
    seed: options.seed ?? 1,
    claims,
    flaw,
    intervalNs: options.intervalNs ?? 50 * millisecond,
    sites: options.sites ?? ['both', 'link-local', 'control'],
    resolvers: options.resolvers ?? ['glibc', 'musl', 'go', 'c-ares'],
    dnsConfigs: options.dnsConfigs ?? ['single', 'single-2s', 'fallback', 'fallback-upstream', 'stock'],
    captures: options.captures ?? true,
    kills: claims === 'calm' ? [] : kills,
    stopNs: flaw === 'aborted' ? lastKillNs + 3 * second : syntheticPlan.startNs + syntheticPlan.endNs,
  };
}

const nodes: Readonly<Record<SiteName, string>> = {
  both: 'worker-1',
  'link-local': 'worker-2',
  control: 'control-plane',
};

function head(run: Run): Head {
  const none = run.claims === 'calm';
  return {
    type: 'head',
    schema: 1,
    runId: '20261124-0312',
    experiment: none ? 'no-fault' : 'node-cache-killed',
    title: none ? 'nothing is broken' : 'node-cache is killed, and again',
    commandLine: `npx playwright test ${none ? 'no-fault' : 'node-cache-killed'}`,
    commit: '4f1c2d09a7be8866a1d6f0a9d35cf4c3e1b2a790',
    suiteVersion: '0.1.0',
    startedAtUtc: '2026-11-24T03:12:05Z',
    atNs: syntheticPlan.startNs,
    bootId: '5f2a1c1e-6a0f-4b8e-9c55-0a5bb3b6c2d1',
    cpus: 2,
    cluster: {
      kind: 'embedded',
      context: 'nodelocal-drill',
      kubernetesVersion: 'v1.37.2',
      containerRuntime: 'containerd 2.4.2',
      kernel: '6.18.5',
      kubeProxyMode: 'iptables',
      domain: 'cluster.local',
      kubeDnsIp: address.kubeDns,
      kubeDnsUpstreamIp: address.kubeDnsUpstream,
      localIp: address.nodeCache,
      nodes: (['both', 'link-local', 'control'] as const).map((site, index) => ({
        name: nodes[site],
        site,
        ip: `172.30.0.${index + 2}`,
        clusterDns: stockServer(site),
      })),
      nodeCache: {
        program: 'stand-in on CoreDNS 1.13.2',
        version: '1.26.8',
        standIn: true,
        linkMadeByInitContainer: true,
      },
      coreDns: { version: '1.13.2', replicas: 2, nodes: [nodes.control, nodes.control] },
    },
  };
}

function stockServer(site: SiteName): string {
  return site === 'link-local' ? address.nodeCache : address.kubeDns;
}

function probesOf(site: SiteName, run: Run): Probe[] {
  if (site === 'control') {
    return [...run.resolvers.map((resolver) => probe(site, dnsConfig('stock', site), resolver, 'busy', run))];
  }
  const servers = [address.nodeCache, address.kubeDns, address.kubeDnsUpstream];
  const quietly = run.resolvers.includes('glibc') ? ['single', 'fallback', 'fallback-upstream'] : [];
  return [
    ...run.dnsConfigs.flatMap((name) =>
      run.resolvers.map((resolver) => probe(site, dnsConfig(name, site), resolver, 'busy', run)),
    ),
    ...quietly
      .filter((name) => run.dnsConfigs.includes(name))
      .map((name) => probe(site, dnsConfig(name, site), 'glibc', 'quiet', run)),
    ...servers.map((server) => probe(site, asking(server), 'wire', 'busy', run)),
  ];
}

const clusterSearches = ['drill.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];

function dnsConfig(name: string, site: SiteName): DnsConfig {
  const common = { searches: clusterSearches, ndots: 2, attempts: null, stock: false };
  switch (name) {
    case 'single':
      return { ...common, name, nameservers: [address.nodeCache], timeoutS: null };
    case 'single-2s':
      return { ...common, name, nameservers: [address.nodeCache], timeoutS: 2 };
    case 'fallback':
      return { ...common, name, nameservers: [address.nodeCache, address.kubeDns], timeoutS: 2 };
    case 'fallback-upstream':
      return { ...common, name, nameservers: [address.nodeCache, address.kubeDnsUpstream], timeoutS: 2 };
    case 'stock':
      return { ...common, name, nameservers: [stockServer(site)], ndots: 5, timeoutS: null, stock: true };
    default:
      throw new Error(`the synthetic journal knows no dnsConfig "${name}"`);
  }
}

function asking(server: string): DnsConfig {
  return {
    name: `ask-${server}`,
    nameservers: [server],
    searches: [],
    ndots: 1,
    timeoutS: null,
    attempts: null,
    stock: false,
  };
}

const versions: Readonly<Record<Resolver, string>> = {
  glibc: 'glibc 2.36',
  musl: 'musl 1.2.5',
  go: 'go1.26.8',
  'c-ares': 'c-ares 1.34.6 (Node.js v24.21.0)',
  wire: 'dns-packet 5.6.1',
};

function probe(site: SiteName, config: DnsConfig, resolver: Resolver, rate: 'busy' | 'quiet', run: Run): Probe {
  const name = `${site}/${config.name}/${resolver}/${rate}`;
  return {
    type: 'probe',
    probe: name,
    site,
    node: nodes[site],
    dnsConfig: config,
    resolver,
    resolverVersion: versions[resolver],
    rate,
    intervalNs: rate === 'busy' ? run.intervalNs : 3 * second,
    queryName: 'www.eu.shop.web.example.com',
    nameKind: 'external',
    pod: { namespace: 'drill', name: name.replaceAll(/[^a-z0-9]+/g, '-'), uid: `uid-of-${name}`, ip: '10.244.1.7' },
  };
}

function phases(run: Run): PhaseMark[] {
  const mark = (phase: PhaseMark['phase'], atNs: number, fault: number | null = null): PhaseMark => ({
    type: 'phase',
    atNs,
    phase,
    fault,
  });
  const { startNs, baselineNs, drainingNs, endNs } = syntheticPlan;
  return [
    mark('warm-up', startNs),
    mark('baseline', startNs + baselineNs),
    ...run.kills.flatMap(({ atNs }, index) => [
      mark('fault', atNs - millisecond, index + 1),
      mark('recovery', atNs + 900 * millisecond, index + 1),
    ]),
    mark('draining', startNs + drainingNs),
    mark('end', startNs + endNs),
  ];
}

function faults(run: Run): FaultMark[] {
  return sitesUnderTest(run).flatMap((site) =>
    run.kills.flatMap((kill, index): FaultMark[] => {
      const fault = {
        type: 'fault' as const,
        fault: index + 1,
        kind: 'kill-node-cache',
        site,
        node: nodes[site],
      };
      const evidence = {
        pid: 4188 + index,
        oldContainer: containerId(site, index),
        newContainer: containerId(site, index + 1),
      };
      const confirmed = run.flaw !== 'unconfirmed' || index === 0;
      return [
        { ...fault, event: 'injected', atNs: kill.atNs, detail: `SIGKILL to PID ${4188 + index}`, evidence: {} },
        {
          ...fault,
          event: confirmed ? 'confirmed' : 'unconfirmed',
          atNs: kill.boundNs + 400 * millisecond,
          detail: confirmed
            ? `PID ${4188 + index} gone after 4 ms, container ${evidence.oldContainer.slice(0, 8)} → ${evidence.newContainer.slice(0, 8)}`
            : 'the container ID did not change',
          evidence,
        },
      ];
    }),
  );
}

function containerId(site: SiteName, generation: number): string {
  return `${site === 'both' ? 'a' : 'b'}${generation}`.repeat(32);
}

function sitesUnderTest(run: Run): SiteName[] {
  return run.sites.filter((site) => site !== 'control');
}

function nodeEvents(run: Run): NodeEvent[] {
  return sitesUnderTest(run).flatMap((site) => {
    const event = (name: string, atNs: number, detail: NodeEvent['detail'] = {}): NodeEvent => ({
      type: 'node',
      site,
      node: nodes[site],
      atNs,
      event: name,
      detail,
    });
    const addresses = site === 'both' ? [address.nodeCache, address.kubeDns] : [address.nodeCache];
    const { startNs } = syntheticPlan;
    return [
      event('container-started', startNs - 5 * second, { containerId: containerId(site, 0), restarts: 0 }),
      event('link', startNs, { present: true, addresses: addresses.join(' ') }),
      event('rules', startNs, { rules: 12 * addresses.length }),
      ...run.kills.flatMap((kill, index) => [
        event('signal-sent', kill.atNs, { signal: 'SIGKILL', pid: 4188 + index }),
        event('process-gone', kill.goneNs, { pid: 4188 + index }),
        ...addresses.map((listens) =>
          event('port-unbound', kill.goneNs + 9 * millisecond, { address: listens, proto: 'udp' }),
        ),
        event('container-started', kill.boundNs - 160 * millisecond, {
          containerId: containerId(site, index + 1),
          restarts: index + 1,
        }),
        event('process-started', kill.boundNs - 140 * millisecond, { pid: 4189 + index }),
        ...addresses.map((listens) => event('port-bound', kill.boundNs, { address: listens, proto: 'udp' })),
        event('pod-not-ready', kill.goneNs + 700 * millisecond),
        event('pod-ready', kill.boundNs + 950 * millisecond),
      ]),
    ];
  });
}

function troubles(run: Run): Trouble[] {
  if (run.flaw !== 'aborted') return [];
  const message = 'interrupted by SIGINT; the fault was undone';
  return [{ type: 'trouble', atNs: run.stopNs, what: 'aborted', probe: null, message }];
}

function lookups(probe: Probe, index: number, run: Run): (Observation | DnsResponse)[] {
  const random = seededRandom(run.seed * 1000 + index);
  const servers = probe.dnsConfig.nameservers.map((nameserver) => server(nameserver, probe.site, run));
  const firstDueNs = syntheticPlan.startNs + Math.floor(random() * probe.intervalNs);
  const lastDueNs = Math.min(syntheticPlan.startNs + syntheticPlan.drainingNs, run.stopNs);
  const entries: (Observation | DnsResponse)[] = [];
  const lost = run.flaw === 'gap' && index === 0 ? 300 : -1;

  for (let seq = 0; firstDueNs + seq * probe.intervalNs < lastDueNs; seq += 1) {
    const dueNs = firstDueNs + seq * probe.intervalNs;
    const startNs = dueNs + latenessNs(run, index, random);
    const result = syntheticLookup({
      resolver: probe.resolver,
      dnsConfig: probe.dnsConfig,
      servers: preferred(servers, probe, startNs),
      refused: probe.rate === 'quiet',
      startNs,
      random,
    });
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
    if (run.captures && result.server !== null && !cutShort) entries.push(response(probe, result.server, result.endNs));
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

function server(nameserver: string, site: SiteName, run: Run): SyntheticServer {
  const own =
    site !== 'control' && (nameserver === address.nodeCache || (nameserver === address.kubeDns && site === 'both'));
  return {
    address: nameserver,
    from: own ? 'own-node' : 'elsewhere',
    rttNs: own ? 350_000 : 900_000,
    down: own ? run.kills.map(({ goneNs, boundNs }) => ({ fromNs: goneNs, toNs: boundNs })) : [],
  };
}

function latenessNs(run: Run, index: number, random: () => number): number {
  const lags = run.flaw === 'late' && index === 1;
  return Math.floor((lags ? 90 * millisecond : 0) + random() * (random() < 0.02 ? 8 : 0.4) * millisecond);
}

function writtenNs(entry: Entry): number {
  if (entry.type === 'observation') return entry.endNs;
  return 'atNs' in entry ? entry.atNs : 0;
}
