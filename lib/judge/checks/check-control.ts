import { formatPart } from '../format.ts';
import { gradeLookup, impatientDeadlineNs } from '../lookup.ts';
import { controlSharesNode } from '../control-shares-node.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** On the node that nothing was done to, all must go on as before; else something else than the fault was at work. */
export function checkControl({ records }: CheckInput): Check {
  const shares = controlSharesNode(records.map(({ probe }) => probe));
  const base = {
    name: 'calm control',
    bound: shares
      ? 'no lookup failed or slower than 1 s that asked a CoreDNS pod directly'
      : 'no lookup failed or slower than 1 s on the control node',
  };
  const lookups = records.filter(({ probe }) => probe.site === 'control').flatMap(({ faultLookups }) => faultLookups);
  if (lookups.length === 0) return { ...base, found: 'no probe on a control node', result: 'not-measured', advice: '' };

  const bad = lookups.filter((lookup) => gradeLookup(lookup, impatientDeadlineNs) === 'bad');
  const first = bad[0];
  const where = first === undefined ? '' : `, first: ${first.probe} (${first.error ?? first.outcome})`;
  return {
    ...base,
    found: `${formatPart(bad.length, lookups.length)} lookups${where}${shares ? notShown : ''}`,
    result: first === undefined ? 'ok' : 'missed',
    advice:
      first === undefined
        ? ''
        : 'The cluster or the machine had trouble of its own during the fault; run it again on a calm one.',
  };
}

/** What a control without a node of its own is blind to. */
const notShown =
  ". There was no untouched node: that another node's pods were well, and that kube-proxy and the kube-dns ClusterIP worked meanwhile, is not shown";
