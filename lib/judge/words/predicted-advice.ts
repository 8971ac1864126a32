import type { ClusterFacts } from '../../journal/entry.ts';
import type { Nameserver } from '../../resolver-model/nameserver.ts';
import { predictLookup } from '../../resolver-model/predict-lookup.ts';
import { formatLatency } from '../format.ts';
import type { ProbeRecord } from '../probe-record.ts';
import type { Verdict } from '../verdict.ts';
import { resolverInWords } from './set-up.ts';

/** Fewer dots than any ndots above 1, so that the search list comes first. */
const shortName = 'api.example';

/**
 * What the model adds to the measured: what other names and other timeouts would have met in the set-ups that got
 * through, with node-cache gone for good.
 */
export function predictedAdvice(records: readonly ProbeRecord[], cluster: ClusterFacts): Verdict['advice'] {
  const survivor = records.find(
    ({ probe, afterFaults }) =>
      (probe.resolver === 'glibc' || probe.resolver === 'go') &&
      probe.rate === 'busy' &&
      !probe.dnsConfig.stock &&
      probe.dnsConfig.nameservers[0] === cluster.localIp &&
      probe.dnsConfig.nameservers.length > 1 &&
      afterFaults.failed + afterFaults.abandoned === 0,
  );
  if (survivor === undefined) return [];
  const { probe } = survivor;
  const { searches, ndots, timeoutS } = probe.dnsConfig;
  const full = worstNs(survivor, cluster, probe.queryName, timeoutS);
  const short = worstNs(survivor, cluster, shortName, timeoutS);
  const faster = worstNs(survivor, cluster, probe.queryName, 1);
  const who = `${resolverInWords(probe.resolver)} with dnsConfig ${probe.dnsConfig.name}`;
  const texts = [
    ...(short > full
      ? [
          `In ${who} a name with fewer dots than ndots:${ndots} would have taken ${formatLatency(short)}: each of ` +
            `${searches.length} search domains waits for the dead nameserver again. Ask for full names, with a dot at the end.`,
        ]
      : []),
    ...(faster < full
      ? [
          `In ${who} timeout:1 would have made the slowest lookup ${formatLatency(faster)} instead of ${formatLatency(full)}.`,
        ]
      : []),
  ];
  return texts.map((text) => ({ text, basis: 'predicted' }));
}

function worstNs({ probe }: ProbeRecord, cluster: ClusterFacts, name: string, timeoutS: number | null): number {
  const expected = predictLookup({
    resolver: probe.resolver,
    resolvConf: { ...probe.dnsConfig, timeoutS },
    nameservers: probe.dnsConfig.nameservers.map((address): Nameserver => ({
      address,
      rttNs: { minNs: 0, maxNs: 0 },
      spans: address === cluster.localIp ? [{ fromNs: 0, untilNs: Infinity, state: 'closed' }] : [],
    })),
    name,
    exists: (fullName) => fullName === name,
    dueNs: 0,
    refusals: 'never',
    history: 'warm',
  });
  return Math.max(expected.answered?.maxNs ?? 0, expected.failed?.maxNs ?? 0);
}
