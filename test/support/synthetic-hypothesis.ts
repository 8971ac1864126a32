import type { Hypothesis, Selector, Threshold } from '../../lib/judge/hypothesis.ts';

/**
 * - `true`: what holds: an independent second nameserver loses nothing, the others feel it
 * - `wrong`: claims as well that `fallback` is safe where node-cache listens on both addresses, which it is not
 * - `calm`: nothing is injected and nobody feels anything
 */
export type SyntheticClaims = 'true' | 'wrong' | 'calm';

export function syntheticHypothesis(claims: SyntheticClaims): Hypothesis {
  const evidence = { baselineFailures: 0, lookupsInWindow: 100, latenessIntervals: 1 };
  if (claims === 'calm') return { claims: [controlIsUntouched, nobodyLosesAnything], mustFeel: [], evidence };

  const fallbackSites = claims === 'wrong' ? (['both', 'link-local'] as const) : (['link-local'] as const);
  return {
    claims: [
      {
        name: 'independent-fallback',
        claim: 'an independent second nameserver loses no lookup when node-cache is killed',
        why: 'The ClusterIP of kube-dns-upstream is bound by no process of the node, so it outlives node-cache.',
        thresholds: losesNothing({ dnsConfig: 'fallback-upstream' }),
      },
      {
        name: 'fallback-to-kube-dns',
        claim: 'kube-dns as second nameserver loses no lookup',
        why: 'Where node-cache listens on 169.254.20.10 alone, the kube-dns ClusterIP is served from elsewhere.',
        thresholds: fallbackSites.flatMap((site) => losesNothing({ site, dnsConfig: 'fallback' })),
      },
      controlIsUntouched,
    ],
    mustFeel: [
      mustFeel({ dnsConfig: 'single' }, 'its only nameserver is the process that was killed'),
      mustFeel({ dnsConfig: 'single-2s' }, 'its only nameserver is the process that was killed'),
      mustFeel({ dnsConfig: 'stock' }, 'its only nameserver is bound by the process that was killed'),
      ...(claims === 'wrong'
        ? []
        : [mustFeel({ site: 'both', dnsConfig: 'fallback' }, 'the killed process holds both of its nameservers')]),
    ],
    evidence,
  };
}

const halfASecondNs = 500_000_000;
const resolversWithFineTimers = ['glibc', 'musl', 'go'] as const;

function losesNothing(of: Selector): Threshold[] {
  return [
    { metric: 'failed-lookups', of, atMost: 0, setting: 'thresholds.failedLookups' },
    ...resolversWithFineTimers.map((resolver): Threshold => ({
      metric: 'slowest-lookup',
      of: { ...of, resolver },
      limitNs: halfASecondNs,
      overTimeout: true,
      setting: 'thresholds.overTimeout',
    })),
    {
      metric: 'slowest-lookup',
      of: { ...of, resolver: 'c-ares' },
      limitNs: 3 * halfASecondNs,
      overTimeout: true,
      setting: 'thresholds.overTimeoutCAres',
    },
  ];
}

const controlIsUntouched = {
  name: 'control',
  claim: 'a node that nothing is done to loses no lookup',
  why: 'Nothing is injected there; if it notices, something else than the fault is at work.',
  thresholds: [
    { metric: 'failed-lookups', of: { site: 'control' }, atMost: 0, setting: 'thresholds.failedLookups' },
  ] satisfies Threshold[],
};

const nobodyLosesAnything = {
  name: 'no-fault',
  claim: 'without a fault nobody loses a lookup',
  why: 'An outage that is seen without a fault would be one of the suite itself.',
  thresholds: [
    { metric: 'failed-lookups', of: {}, atMost: 0, setting: 'thresholds.failedLookups' },
    { metric: 'outage', of: {}, deadlineNs: 2 * halfASecondNs, limitNs: 0, setting: 'thresholds.noFaultOutage' },
  ] satisfies Threshold[],
};

function mustFeel(of: Selector, why: string): Hypothesis['mustFeel'][number] {
  return { of, fault: 2, why };
}
