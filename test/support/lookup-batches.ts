import type { Entry, LookupBatch, Observation, Probe } from '../../lib/journal/entry.ts';
import { abandoned, unsent } from '../../lib/journal/lookup-batch.ts';

/**
 * The same entries in format 2: lookups of one probe that follow each other in the list, up to `size` of them, stand in one line, where the
 * last of them stood. The head says so.
 */
export function* inBatches(entries: Iterable<Entry>, size: number): Generator<Entry> {
  const intervals = new Map<string, number>();
  const waiting = new Map<string, Observation[]>();
  for (const entry of entries) {
    if (entry.type === 'head') yield { ...entry, schema: 2 };
    else if (entry.type === 'observation') {
      const lookups = waiting.get(entry.probe) ?? [];
      lookups.push(entry);
      waiting.set(entry.probe, lookups);
      if (lookups.length < size) continue;
      waiting.delete(entry.probe);
      yield batchOf(lookups, intervals.get(entry.probe) ?? 1);
    } else {
      if (entry.type === 'probe') intervals.set(entry.probe, entry.intervalNs);
      yield entry;
    }
  }
  for (const [probe, lookups] of waiting) yield batchOf(lookups, intervals.get(probe) ?? 1);
}

export function batchOf(lookups: readonly Observation[], intervalNs: Probe['intervalNs']): LookupBatch {
  const [first] = lookups;
  if (first === undefined) throw new Error('a batch has at least one lookup');
  const { probe, seq, dueNs } = first;
  const results: (readonly string[] | string)[] = [];
  const known = new Map<string, number>();
  const resultOf = ({ outcome, answers, error }: Observation) => {
    if (outcome === 'unsent') return unsent;
    if (outcome === 'abandoned') return abandoned;
    const result = outcome === 'failed' ? (error ?? '') : answers;
    const key = JSON.stringify(result);
    const index = known.get(key) ?? results.push(result) - 1;
    known.set(key, index);
    return index;
  };
  const rows = lookups.flatMap((each) => [
    each.seq - seq,
    each.startNs - each.dueNs,
    each.endNs - each.startNs,
    resultOf(each),
  ]);
  return { type: 'lookups', probe, seq, dueNs, intervalNs, results, rows };
}
