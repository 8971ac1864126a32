import type { Trouble } from './entry.ts';
import { JournalError } from './journal-error.ts';
import { LookupTable } from './lookup-table.ts';

/**
 * Lookups without doubles, and a trouble for each probe with doubles and for each with a hole nobody told of.
 * @throws JournalError when due times run backwards
 */
export function completeLookups(
  byProbe: ReadonlyMap<string, LookupTable>,
  known: readonly Trouble[],
): { readonly lookups: ReadonlyMap<string, LookupTable>; readonly troubles: readonly Trouble[] } {
  const toldOf = new Set(known.filter(({ what }) => what === 'gap').map(({ probe }) => probe));
  const lookups = new Map<string, LookupTable>();
  const troubles: Trouble[] = [];

  for (const [probe, recorded] of byProbe) {
    const doubles = doublesIn(recorded);
    const kept = doubles.length === 0 ? recorded : without(new Set(doubles), recorded);
    lookups.set(probe, kept);
    troubles.push(...doubled(recorded, doubles));
    if (!toldOf.has(probe)) troubles.push(...gap(kept));
  }
  return { lookups, troubles };
}

/**
 * Places of the lookups that an earlier line told of already. Due times grow with their number, whatever the network does: where they don't,
 * somebody changed the journal.
 */
function doublesIn(table: LookupTable): readonly number[] {
  const doubles: number[] = [];
  let kept = 0;
  for (let at = 1; at < table.length; at++) {
    if (table.seqAt(at) === table.seqAt(kept)) doubles.push(at);
    else if (table.dueNsAt(at) > table.dueNsAt(kept)) kept = at;
    else throw runsBackwards(table, kept, at);
  }
  return doubles;
}

function runsBackwards(table: LookupTable, before: number, after: number): JournalError {
  return new JournalError(
    `time runs backwards in the journal: lookup ${table.seqAt(after)} of ${table.probe} was due before lookup ${table.seqAt(before)}`,
  );
}

function without(places: ReadonlySet<number>, table: LookupTable): LookupTable {
  const kept = new LookupTable(table.probe, table.results);
  for (let at = 0; at < table.length; at++) if (!places.has(at)) kept.pushFrom(table, at);
  return kept.close();
}

function doubled(table: LookupTable, doubles: readonly number[]): Trouble[] {
  const [first] = doubles;
  if (first === undefined) return [];
  const { probe } = table;
  const message = `${doubles.length} lookups of ${probe} were recorded twice, the first is number ${table.seqAt(first)}; the earlier line counts`;
  return [{ type: 'trouble', atNs: table.dueNsAt(first), what: 'stream', probe, message }];
}

/** Missing numbers before the last recorded one; what is missing after it only the recorder can know. */
function gap(table: LookupTable): Trouble[] {
  const { probe, length } = table;
  const all = table.seqAt(length - 1) + 1;
  if (length === 0 || length === all) return [];

  let after = 0;
  while (table.seqAt(after) === after) after += 1;
  const message = `${all - length} of the ${all} lookups of ${probe} are missing, the first is number ${after}`;
  return [{ type: 'trouble', atNs: table.dueNsAt(after), what: 'gap', probe, message }];
}
