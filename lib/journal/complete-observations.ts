import type { Observation, Trouble } from './entry.ts';
import { JournalError } from './journal-error.ts';

export type ObservationsByProbe = Map<string, Observation[]>;

/**
 * Observations in order of `seq` without doubles, and a trouble for each double and for each hole nobody told of.
 * @throws JournalError when due times run backwards
 */
export function completeObservations(
  byProbe: ReadonlyMap<string, readonly Observation[]>,
  known: readonly Trouble[],
): { readonly observations: ReadonlyMap<string, readonly Observation[]>; readonly troubles: readonly Trouble[] } {
  const toldOf = new Set(known.filter(({ what }) => what === 'gap').map(({ probe }) => probe));
  const observations = new Map<string, readonly Observation[]>();
  const troubles: Trouble[] = [];

  for (const [probe, recorded] of byProbe) {
    const sorted = recorded.toSorted((a, b) => a.seq - b.seq);
    const kept = sorted.filter((observation, index) => observation.seq !== sorted[index - 1]?.seq);
    refuseBackwards(probe, kept);
    observations.set(probe, kept);
    if (kept.length < sorted.length) troubles.push(doubled(probe, sorted, sorted.length - kept.length));
    if (!toldOf.has(probe)) troubles.push(...gap(probe, kept));
  }
  return { observations, troubles };
}

/** Due times grow with their number, whatever the network does: where they don't, somebody changed the journal. */
function refuseBackwards(probe: string, kept: readonly Observation[]): void {
  const at = kept.findIndex(({ dueNs }, index) => dueNs <= (kept[index - 1]?.dueNs ?? -1));
  if (at < 0) return;
  const [before, after] = [kept[at - 1]?.seq ?? 0, kept[at]?.seq ?? 0];
  throw new JournalError(
    `time runs backwards in the journal: lookup ${after} of ${probe} was due before lookup ${before}`,
  );
}

function doubled(probe: string, sorted: readonly Observation[], count: number): Trouble {
  const first = sorted.find((observation, index) => observation.seq === sorted[index - 1]?.seq);
  const message = `${count} lookups of ${probe} were recorded twice, the first is number ${first?.seq ?? 0}; the earlier line counts`;
  return { type: 'trouble', atNs: first?.dueNs ?? 0, what: 'stream', probe, message };
}

/** Missing numbers before the last recorded one; what is missing after it only the recorder can know. */
function gap(probe: string, kept: readonly Observation[]): Trouble[] {
  const last = kept.at(-1);
  if (last === undefined || kept.length === last.seq + 1) return [];

  const after = kept.findIndex(({ seq }, index) => seq !== index);
  const missing = last.seq + 1 - kept.length;
  const message = `${missing} of the ${last.seq + 1} lookups of ${probe} are missing, the first is number ${after}`;
  return [{ type: 'trouble', atNs: kept[after]?.dueNs ?? last.dueNs, what: 'gap', probe, message }];
}
