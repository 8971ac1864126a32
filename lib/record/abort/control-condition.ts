import type { AbortCondition } from '../../config/abort-condition.ts';
import type { Entry } from '../../journal/entry.ts';
import type { Condition } from './condition.ts';

/** Bad when more lookups failed on the untouched node than may; it is told of every line of the journal. */
export function controlCondition({ atMostFailed, every }: Extract<AbortCondition, { watch: 'control' }>): {
  readonly condition: Condition;
  readonly observe: (entry: Entry) => void;
} {
  const probes = new Set<string>();
  let failed = 0;
  let last = '';
  return {
    observe: (entry) => {
      if (entry.type === 'probe' && entry.site === 'control') probes.add(entry.probe);
      if (entry.type !== 'observation' || entry.outcome !== 'failed' || !probes.has(entry.probe)) return;
      failed += 1;
      last = `${entry.probe}: ${entry.error ?? 'failed'}`;
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
