import { isComplete } from '../phases.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** A run that was cut short has seen no end of its last outage. */
export function checkComplete({ journal }: CheckInput): Check {
  const ended = isComplete(journal);
  const last = journal.phases.at(-1)?.phase ?? 'start';
  return {
    name: 'run complete',
    bound: 'reached its end',
    found: ended ? 'reached its end' : `ended in "${last}"`,
    result: ended ? 'ok' : 'missed',
    advice: ended ? '' : 'The run was aborted or the recorder died; run it again.',
  };
}
