import { formatPart } from '../format.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** Below this share of good lookups with a captured answer, who answered the rest is a guess. */
const leastShare = 0.9;

/** "It failed over" is shown by packets, not by the lack of a failure. No claim rests on it, so it cannot be missed. */
export function checkWhoAnswered({ journal, records, answeredBy }: CheckInput): Check {
  let good = 0;
  let known = 0;
  for (const { probe, baseline, impacts } of records) {
    const provenance = answeredBy.get(probe.probe) ?? [];
    const faults = impacts.filter(({ fault }) => fault > 0);
    good += baseline.answered + faults.reduce((sum, { latency }) => sum + latency.answered, 0);
    known += provenance.flatMap(({ servers }) => servers).reduce((sum, { lookups }) => sum + lookups, 0);
  }
  return {
    name: 'who answered',
    bound: `captured for ${leastShare * 100} % of good lookups`,
    found: known === 0 ? 'no packets were captured' : `${formatPart(known, good)} good lookups${alike(journal)}`,
    result: known > 0 && known >= leastShare * good ? 'ok' : 'not-measured',
    advice: '',
  };
}

/** node-cache and a CoreDNS of the same node send alike; only the address that was asked tells them apart. */
function alike({ probes, head }: CheckInput['journal']): string {
  const { nodes } = head.cluster.coreDns;
  const shared = probes.find(({ site, node }) => site !== 'control' && nodes.includes(node))?.node;
  return shared === undefined
    ? ''
    : `; CoreDNS runs on ${shared} too, so that there an answer from the kube-dns ClusterIP may be node-cache's or its`;
}
