import type { Observation } from '../journal/entry.ts';
import type { Outage } from '../judge/verdict.ts';

/** What the usual test loop sleeps between lookups: `nslookup; sleep 0.5`. */
const pauseNs = 0.5e9;

/**
 * How often a loop that waits for each answer would have asked during an outage, by what the scheduled lookups met at those
 * times; `due` is how many of those there were. Null when the journal holds none of them.
 */
export function waitingLoop(
  observations: readonly Observation[],
  outage: Extract<Outage, { kind: 'outage' }>,
): { readonly asked: number; readonly due: number } | null {
  const inside = observations.filter(
    (observation) => observation.dueNs >= outage.firstBadDueNs && observation.dueNs <= outage.lastBadDueNs,
  );
  if (inside.length === 0) return null;
  let asked = 0;
  let freeNs = 0;
  for (const { dueNs, endNs } of inside) {
    if (dueNs < freeNs) continue;
    asked++;
    freeNs = endNs + pauseNs;
  }
  return { asked, due: inside.length };
}
