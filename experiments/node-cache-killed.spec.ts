import { baseline, inject, killNodeCache, recovery, recoveryUntilBack, test, type Limits } from '../fixtures/test.ts';
import { claim, defineHypothesis, failedLookups, mustFeel, slowestLookup } from '../lib/judge/claims.ts';

/**
 * SIGKILL gives node-cache no chance to tear down: its link and its iptables rules outlive it, so queries to its addresses meet a node
 * without listener until kubelet has started a new container: about a second after the first kill, 10 to 15 s after the second, as then
 * the back-off applies. Where it is bound to the kube-dns ClusterIP too, that address dies with it; the ClusterIP of kube-dns-upstream
 * does not. So a second nameserver saves every lookup, at the price of one `timeout:`, exactly where it does not depend on node-cache.
 */
const hypothesis = (limits: Limits) =>
  defineHypothesis({
    claims: [
      claim('kube-dns-upstream as second nameserver loses no lookup', {
        name: 'fallback-upstream',
        why: 'Its ClusterIP is never bound by node-cache, so it answers while node-cache is dead.',
        thresholds: independentFallback({ dnsConfig: 'fallback-upstream' }, limits),
      }),
      claim('kube-dns as second nameserver loses no lookup where node-cache listens on the link-local address alone', {
        name: 'fallback, link-local',
        why: 'There the ClusterIP of kube-dns goes to CoreDNS by kube-proxy, past node-cache.',
        thresholds: independentFallback({ dnsConfig: 'fallback', site: 'link-local' }, limits),
      }),
      claim('the untouched node loses no lookup', {
        name: 'control',
        why: 'Nothing is broken there: trouble on it would be of the cluster, not of the fault.',
        thresholds: [
          failedLookups({ site: 'control' }).atMost(limits.controlFailedLookups, 'thresholds.controlFailedLookups'),
        ],
      }),
    ],
    mustFeel: [
      mustFeel({ dnsConfig: 'single' }, { fault: 2, why: 'its only nameserver is node-cache' }),
      mustFeel(
        { dnsConfig: 'single-2s' },
        { fault: 2, why: 'its only nameserver is node-cache, however short the timeout' },
      ),
      mustFeel(
        { dnsConfig: 'fallback', site: 'both' },
        { fault: 2, why: 'both nameservers are bound by the process that was killed' },
      ),
      mustFeel(
        { dnsConfig: 'stock' },
        { fault: 2, why: "its only nameserver, kubelet's clusterDNS, is bound by node-cache" },
      ),
    ],
    evidence: limits.evidence,
  });

const independentFallback = (of: { readonly dnsConfig: string; readonly site?: 'link-local' }, limits: Limits) => [
  failedLookups(of).atMost(limits.fallbackFailedLookups, 'thresholds.fallbackFailedLookups'),
  slowestLookup({ ...of, resolver: ['glibc', 'musl', 'go'] }).atMostItsTimeoutPlus(
    limits.fallbackOverTimeout,
    'thresholds.fallbackOverTimeout',
  ),
  // (glibc's lookups that were answered by half when node-cache died get a second timeout, lib/judge/half-answered.ts.)
  // c-ares in Node looks at its timers once a second only.
  slowestLookup({ ...of, resolver: 'c-ares' }).atMostItsTimeoutPlus(
    limits.fallbackOverTimeoutCAres,
    'thresholds.fallbackOverTimeoutCAres',
  ),
];

test(
  'node-cache is killed, and again',
  { tag: ['@seed', '@quick'] },
  async ({ limits, timing, record, expectToHold }) => {
    const journal = await record({
      hypothesis: hypothesis(limits),
      steps: [
        baseline(timing.baseline),
        inject(killNodeCache),
        recovery(timing.recovery),
        inject(killNodeCache),
        recoveryUntilBack({ thenNs: timing.afterBack }),
      ],
    });

    await expectToHold(hypothesis(limits), journal);
  },
);
