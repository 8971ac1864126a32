import type { DrillConfig } from '../config/drill-config.ts';
import type { Holding } from './interrupts.ts';
import { whatIsLeft } from './what-is-left.ts';

/** What a run that is interrupted says, first and last. */
export function heldByRun(config: DrillConfig, runId: string): Holding {
  return {
    onFirst: 'undoing what is in force; once more leaves at once',
    onLeaving: `left at once: what is in force the node agents put back by themselves within half a minute, the next run sweeps the pods of this one${downHint(config)}`,
    aftermath: () => whatIsLeft(config, runId),
  };
}

function downHint({ cluster }: DrillConfig): string {
  return cluster.provider === 'existing'
    ? ', and its Lease expires within a minute'
    : ', and `npx nodelocal-drill cluster down` puts the cluster away';
}
