import type { Observation, Probe } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { halfAnswered } from './half-answered.ts';
import { latenessNs, impatientDeadlineNs, noDeadline } from './lookup.ts';
import { measureOutage } from './outage.ts';
import {
  baselineSpan,
  belongsTo,
  countedSpan,
  faultWindows,
  isBaseline,
  isComplete,
  type FaultWindow,
} from './phases.ts';
import { summariseLatency } from './latency.ts';
import { quantile } from './quantile.ts';
import type { FaultImpact, LatencySummary } from './verdict.ts';

/** All that was measured of one probe, before anything is claimed of it. */
export interface ProbeRecord {
  readonly probe: Probe;
  /** Every lookup that counts, in order of due time: due from the baseline on, and before probes were being stopped. */
  readonly observations: readonly Observation[];
  readonly baselineLookups: readonly Observation[];
  /** Lookups that belong to any fault. */
  readonly faultLookups: readonly Observation[];
  /** Without what an aborted run cut short: whether it would have been answered nobody knows. */
  readonly decided: readonly Observation[];
  /** Whether the run reached its end. */
  readonly complete: boolean;
  readonly windows: readonly FaultWindow[];
  readonly baseline: LatencySummary;
  readonly afterFaults: LatencySummary;
  readonly impacts: readonly FaultImpact[];
  /** `seq` of glibc's lookups that wait two timeouts by right, see `half-answered.ts`. */
  readonly halfAnswered: ReadonlySet<number>;
  readonly latenessP99Ns: number;
  readonly latenessMaxNs: number;
}

export function recordOf(journal: Journal, probe: Probe): ProbeRecord {
  const span = baselineSpan(journal);
  const counted = countedSpan(journal);
  const recorded = journal.observations.get(probe.probe) ?? [];
  const observations = recorded
    .filter(({ dueNs }) => dueNs >= counted.fromNs && dueNs < counted.untilNs)
    .toSorted((a, b) => a.dueNs - b.dueNs);
  const complete = isComplete(journal);
  const decided = complete ? observations : observations.filter(({ outcome }) => outcome !== 'abandoned');
  const windows = faultWindows(journal, probe.site);
  const baselineLookups = observations.filter((observation) => isBaseline(observation, span));
  const faultLookups = observations.filter((observation) => windows.some((window) => belongsTo(observation, window)));
  const lateness = observations.filter(({ outcome }) => outcome !== 'unsent').map(latenessNs);
  return {
    probe,
    observations,
    baselineLookups,
    faultLookups,
    decided,
    complete,
    windows,
    baseline: summariseLatency(baselineLookups),
    afterFaults: summariseLatency(faultLookups),
    impacts: windows.map((window) => measureImpact(observations, decided, window)),
    halfAnswered: halfAnswered(probe, observations, journal.responses.get(probe.probe) ?? []),
    latenessP99Ns: quantile(lateness, 0.99) ?? 0,
    latenessMaxNs: quantile(lateness, 1) ?? 0,
  };
}

function measureImpact(
  observations: readonly Observation[],
  decided: readonly Observation[],
  window: FaultWindow,
): FaultImpact {
  return {
    fault: window.fault,
    injectedNs: window.fromNs,
    hard: measureOutage(decided, window, noDeadline),
    impatient: measureOutage(observations, window, impatientDeadlineNs),
    latency: summariseLatency(observations.filter((observation) => belongsTo(observation, window))),
  };
}
