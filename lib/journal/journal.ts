import type { DnsResponse, FaultMark, Fit, Head, NodeEvent, Observation, PhaseMark, Probe, Trouble } from './entry.ts';

/** A whole journal in memory, sorted for the pure functions that judge it. Observations are in order of `seq`. */
export interface Journal {
  readonly head: Head;
  /** As the experiment wrote it; `parseHypothesis` of `lib/judge` gives it a type. */
  readonly hypothesis: unknown;
  readonly probes: readonly Probe[];
  readonly observations: ReadonlyMap<string, readonly Observation[]>;
  readonly phases: readonly PhaseMark[];
  readonly faults: readonly FaultMark[];
  readonly nodeEvents: readonly NodeEvent[];
  readonly responses: ReadonlyMap<string, readonly DnsResponse[]>;
  /** The last step down to what the machine can do; null when all was asked that was planned. */
  readonly fit: Fit | null;
  readonly troubles: readonly Trouble[];
}
