import type { Entry } from '../../lib/journal/entry.ts';
import type { Journal } from '../../lib/journal/journal.ts';

/** The lines of a journal again, lookups in the order in which they ended. */
export function entriesOf(journal: Journal): readonly Entry[] {
  return [
    journal.head,
    { type: 'hypothesis', hypothesis: journal.hypothesis },
    ...journal.probes,
    ...journal.phases,
    ...journal.faults,
    ...journal.nodeEvents,
    ...journal.troubles,
    ...[...journal.observations.values()].flat().sort((a, b) => a.endNs - b.endNs),
    ...[...journal.responses.values()].flat(),
  ];
}
