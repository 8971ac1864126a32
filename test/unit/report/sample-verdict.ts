import type { DnsConfig, Resolver, SiteName } from '../../../lib/journal/entry.ts';
import type { LatencySummary, Outage, ProbeVerdict, Verdict } from '../../../lib/judge/verdict.ts';
import { syntheticJournal } from '../../support/synthetic-journal.ts';

const second = 1e9;

/** A small verdict with known numbers: `fallback` is broken at the site `both`, all else holds. */
export const sampleVerdict: Verdict = {
  schema: 1,
  head: syntheticJournal().head,
  result: 'fail',
  sentence: 'Pods with kube-dns as second nameserver lost DNS for up to 9.0 s.',
  consequence: 'With kube-dns-upstream every lookup was answered.',
  durationNs: 171 * second,
  lookups: 55_200,
  fit: null,
  machine: { cpuBusy: null, cpuPressure: null, cpuSteal: null },
  claims: [
    {
      name: 'fallback-to-kube-dns',
      claim: 'kube-dns as second nameserver loses no lookup',
      why: '',
      result: 'fail',
      thresholds: [
        {
          metric: 'failed-lookups',
          setting: 's',
          probe: 'both/fallback/glibc/busy',
          measured: 100,
          limit: 0,
          unit: 'lookups',
          holds: false,
          thin: false,
        },
      ],
    },
    {
      name: 'control',
      claim: 'the other node feels nothing',
      why: '',
      result: 'pass',
      thresholds: [
        {
          metric: 'slowest-lookup',
          setting: 's',
          probe: 'control/stock/glibc/busy',
          measured: 2.95 * second,
          limit: 3 * second,
          unit: 'ns',
          holds: true,
          thin: true,
        },
      ],
    },
  ],
  mustFeel: [{ of: 'dnsConfig single', fault: 2, felt: true, why: 'one nameserver', detail: '8 of 8 probes' }],
  checks: [
    { name: 'Baseline clean', bound: '0 failed', found: '0 of 9,200 failed', result: 'ok', advice: '' },
    { name: 'Answers traced', bound: '99 %', found: 'no capture', result: 'not-measured', advice: '' },
  ],
  probes: [
    probe('both', 'fallback', 'glibc', 'broken', outage(8.9, 8.95), 100, 8 * second),
    probe('both', 'fallback', 'c-ares', 'holds', { kind: 'none', couldHideNs: 5e7 }, 0, 2.95 * second),
    probe('link-local', 'fallback', 'glibc', 'holds', { kind: 'none', couldHideNs: 5e7 }, 0, 3.3e6),
    probe('control', 'stock', 'glibc', 'thin', { kind: 'none', couldHideNs: 5e7 }, 0, 7.4e6),
  ],
  faults: [],
  advice: [{ text: 'Use kube-dns-upstream.\nIn pods that set dnsPolicy: None.', basis: 'measured' }],
};

export function inconclusive(verdict: Verdict): Verdict {
  const missed = {
    name: 'Baseline clean',
    bound: '0 failed',
    found: '2 of 9,200 failed',
    result: 'missed',
    advice: 'Run again.',
  } as const;
  return {
    ...verdict,
    result: 'inconclusive',
    sentence: 'This run proves nothing: the baseline was not clean.',
    checks: [missed, ...verdict.checks.slice(1)],
    claims: verdict.claims.map((claim) => ({ ...claim, result: 'inconclusive' as const })),
  };
}

function outage(atLeastS: number, atMostS: number): Outage {
  return {
    kind: 'outage',
    atLeastNs: atLeastS * second,
    atMostNs: atMostS * second,
    firstBadDueNs: 10 * second,
    lastBadDueNs: (10 + atLeastS) * second,
    goodBeforeDueNs: 9.95 * second,
    goodAfterDueNs: (9.95 + atMostS) * second,
    parts: [{ fromNs: 10 * second, toNs: (10 + atLeastS) * second, lookups: 100 }],
    badNs: atLeastS * second,
  };
}

function probe(
  site: SiteName,
  name: string,
  resolver: Resolver,
  mark: ProbeVerdict['mark'],
  hard: Outage,
  failed: number,
  worstNs: number,
): ProbeVerdict {
  const dnsConfig: DnsConfig = {
    name,
    nameservers: ['169.254.20.10', '10.96.0.10'],
    searches: [],
    ndots: 2,
    timeoutS: 2,
    attempts: null,
    stock: false,
  };
  const latency: LatencySummary = {
    lookups: 1200,
    answered: 1200 - failed,
    failed,
    abandoned: 0,
    unsent: 0,
    p50Ns: 5e5,
    p99Ns: worstNs,
    worstNs,
    errors: {},
  };
  return {
    probe: `${site}/${name}/${resolver}/busy`,
    site,
    node: site === 'control' ? 'worker-3' : 'worker-1',
    dnsConfig,
    resolver,
    resolverVersion: resolver,
    rate: 'busy',
    intervalNs: 5e7,
    queryName: 'www.example.com',
    nameKind: 'external',
    baseline: { ...latency, failed: 0 },
    afterFaults: latency,
    impacts: [{ fault: 1, injectedNs: 10 * second, hard, impatient: hard, latency }],
    mark,
    latenessP99Ns: 1e6,
    latenessMaxNs: 2e6,
    predicted: null,
    answeredBy: null,
  };
}
