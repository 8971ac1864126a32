import type { Entry, Observation } from '../../../lib/journal/entry.ts';
import type { Journal } from '../../../lib/journal/journal.ts';

/**
 * Entries of a drill that goes on after its end until it has so many lookups: those of the journal again and again, each time numbered and timed
 * as if its probes had not stopped. Without responses.
 */
export function* longJournal(journal: Journal, lookups: number): Generator<Entry> {
  const { head, hypothesis, probes, phases, faults, nodeEvents, troubles } = journal;
  yield* [head, { type: 'hypothesis', hypothesis } as const, ...probes, ...phases, ...faults, ...nodeEvents];
  yield* troubles;
  const once = [...journal.observations.values()].flat().sort((a, b) => a.endNs - b.endNs);
  const steps = new Map(
    probes.map(({ probe, intervalNs }) => {
      const count = journal.observations.get(probe)?.length ?? 0;
      return [probe, { count, ns: count * intervalNs }];
    }),
  );
  for (let made = 0; made < lookups; made++) {
    const lookup = once[made % once.length] as Observation;
    const { count = 0, ns = 0 } = steps.get(lookup.probe) ?? {};
    yield later(lookup, Math.floor(made / once.length), count, ns);
  }
}

function later(lookup: Observation, rounds: number, count: number, ns: number): Observation {
  return {
    ...lookup,
    seq: lookup.seq + rounds * count,
    dueNs: lookup.dueNs + rounds * ns,
    startNs: lookup.startNs + rounds * ns,
    endNs: lookup.endNs + rounds * ns,
  };
}
