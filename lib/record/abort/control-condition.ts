import type { AbortCondition } from '../../config/abort-condition.ts';
import type { Entry, Observation } from '../../journal/entry.ts';
import { observationsOf } from '../../journal/lookup-batch.ts';
import type { Condition } from './condition.ts';

/** Bad when more lookups failed on the untouched node than may; it is told of every line of the journal. */
export function controlCondition({ atMostFailed, every }: Extract<AbortCondition, { watch: 'control' }>): {
  readonly condition: Condition;
  readonly observe: (entry: Entry) => void;
} {
  const probes = new Set<string>();
  let failed = 0;
  let last = '';
  const count = ({ probe, outcome, error }: Observation) => {
    if (outcome !== 'failed') return;
    failed += 1;
    last = `${probe}: ${error ?? 'failed'}`;
  };
  return {
    observe: (entry) => {
      if (entry.type === 'probe' && entry.site === 'control') probes.add(entry.probe);
      if (entry.type === 'observation' && probes.has(entry.probe)) count(entry);
      if (entry.type === 'lookups' && probes.has(entry.probe)) for (const each of observationsOf(entry)) count(each);
    },
    condition: {
      name: 'probes on the untouched node',
      everyNs: every,
      ask: () =>
        Promise.resolve(
          failed <= atMostFailed
            ? null
            : `${failed} of their lookups failed, lastly ${last}; at most ${atMostFailed} may`,
        ),
    },
  };
}
