import { collectJournal } from '../../lib/journal/collect-journal.ts';
import type { Entry } from '../../lib/journal/entry.ts';
import type { Journal } from '../../lib/journal/journal.ts';
import { syntheticHead, syntheticProbes } from './synthetic-cluster.ts';
import { syntheticHypothesis } from './synthetic-hypothesis.ts';
import { syntheticLookups } from './synthetic-lookups.ts';
import { planRun, type SyntheticOptions } from './synthetic-run.ts';
import { syntheticTimeline } from './synthetic-timeline.ts';

export { syntheticPlan, type SyntheticOptions } from './synthetic-run.ts';

export function syntheticJournal(options: SyntheticOptions = {}): Journal {
  return collectJournal(syntheticEntries(options));
}

/** A plausible run of the main drill, in the order in which its journal would have been written. */
export function syntheticEntries(options: SyntheticOptions = {}): Entry[] {
  const run = planRun(options);
  const probes = run.sites.flatMap((site) => syntheticProbes(site, run));
  const timed = [
    ...syntheticTimeline(run),
    ...probes.flatMap((probe, index) => syntheticLookups(probe, index, run)),
  ].filter((entry) => writtenNs(entry) <= run.stopNs);

  return [
    syntheticHead(run),
    { type: 'hypothesis', hypothesis: syntheticHypothesis(run.claims) },
    ...probes,
    ...timed.sort((a, b) => writtenNs(a) - writtenNs(b)),
  ];
}

function writtenNs(entry: Entry): number {
  if (entry.type === 'observation') return entry.endNs;
  return 'atNs' in entry ? entry.atNs : 0;
}
