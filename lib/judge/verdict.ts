import type { DnsConfig, Head, Resolver, SiteName } from '../journal/entry.ts';

/** Worst first wins: fail, then inconclusive, then pass. */
export type Result = 'pass' | 'inconclusive' | 'fail';

/**
 * One outage of one probe by one fault, at one deadline. From samples it is only known between two bounds; all in ns.
 * `null` bounds never occur: no bad lookup is `kind: 'none'`.
 */
export type Outage =
  | {
      readonly kind: 'none';
      /** An outage shorter than this could have passed between two lookups: the largest distance of good due times. */
      readonly couldHideNs: number;
    }
  | {
      readonly kind: 'outage';
      /** First to last bad due time. */
      readonly atLeastNs: number;
      /** Last good due time before to first good due time after, widened by the probe's lateness; null: not recovered. */
      readonly atMostNs: number | null;
      readonly firstBadDueNs: number;
      readonly lastBadDueNs: number;
      readonly goodBeforeDueNs: number | null;
      readonly goodAfterDueNs: number | null;
      /** Pieces separated by three or more good lookups in a row. */
      readonly parts: readonly { readonly fromNs: number; readonly toNs: number; readonly lookups: number }[];
      /** Sum of the parts' lengths, each from its first to its last bad due time. */
      readonly badNs: number;
    };

export interface LatencySummary {
  /** Lookups that this summary counts, unsent ones excluded. `afterFaults` has those under way at the first injection too. */
  readonly lookups: number;
  readonly answered: number;
  readonly failed: number;
  readonly abandoned: number;
  readonly unsent: number;
  /** Latency from the due time, over answered, failed and abandoned; null without any. */
  readonly p50Ns: number | null;
  readonly p99Ns: number | null;
  readonly worstNs: number | null;
  readonly errors: Readonly<Record<string, number>>;
}

/** What one probe felt of one fault. Fault 0 stands for a journal without any: the whole watch from the baseline on. */
export interface FaultImpact {
  readonly fault: number;
  readonly injectedNs: number;
  /** Deadline ∞: lookups that failed or were abandoned. */
  readonly hard: Outage;
  /** Deadline 1 s: those, and lookups slower than 1 s. */
  readonly impatient: Outage;
  readonly latency: LatencySummary;
}

/** One cell of the matrix: one probe. */
export interface ProbeVerdict {
  readonly probe: string;
  readonly site: SiteName;
  readonly node: string;
  readonly dnsConfig: DnsConfig;
  readonly resolver: Resolver;
  readonly resolverVersion: string;
  readonly rate: 'busy' | 'quiet';
  readonly intervalNs: number;
  readonly queryName: string;
  readonly nameKind: string;
  readonly baseline: LatencySummary;
  readonly afterFaults: LatencySummary;
  readonly impacts: readonly FaultImpact[];
  /** `holds`/`broken` by the claims that choose this probe; `felt` / `not-felt` for must-feel; `measured` when none does. */
  readonly mark: 'holds' | 'thin' | 'broken' | 'felt' | 'not-felt' | 'measured';
  readonly latenessP99Ns: number;
  readonly latenessMaxNs: number;
  /** What the model says that the slowest lookup may take, and whether the measurement agrees; null: not predicted. */
  readonly predicted: Prediction | null;
  /** Per phase (`baseline`, `fault 1`, …): good lookups by the server that answered; null when nothing was captured. */
  readonly answeredBy: readonly Provenance[] | null;
}

export interface Prediction {
  /** What the slowest lookup takes if every query to a closed port is met with silence. */
  readonly worstNs: number;
  /** What it takes at least; 0 where the node's refusals may end any wait. */
  readonly leastNs: number;
  /** Whether some lookups fail then. */
  readonly failures: boolean;
  readonly agrees: boolean;
  readonly why: string;
}

export interface Provenance {
  readonly phase: string;
  readonly servers: readonly { readonly server: string; readonly lookups: number }[];
}

export interface ThresholdVerdict {
  readonly metric: string;
  readonly setting: string;
  readonly probe: string;
  /** In ns, or a number of lookups. null: not recovered, so above any limit. */
  readonly measured: number | null;
  readonly limit: number;
  readonly unit: 'ns' | 'lookups';
  readonly holds: boolean;
  /** Holds by less than a tenth of the limit. */
  readonly thin: boolean;
}

export interface ClaimVerdict {
  readonly name: string;
  readonly claim: string;
  readonly why: string;
  readonly result: Result;
  /** Worst first. */
  readonly thresholds: readonly ThresholdVerdict[];
}

/** One assumption that must hold before a claim counts (rule 8), or a rule that is not measured here. */
export interface Check {
  readonly name: string;
  readonly bound: string;
  readonly found: string;
  readonly result: 'ok' | 'missed' | 'not-measured';
  /** For a missed one: likely cause and what to do next. */
  readonly advice: string;
}

/** One step of a recovery: signal → process gone → process started → :53 bound → first wire answer → … → Ready. */
export interface RecoveryStep {
  readonly step: string;
  /** ns since the fault was injected; null: not seen. */
  readonly atNs: number | null;
  /** Which knob changes this step. */
  readonly whatChangesIt: string;
}

export interface FaultVerdict {
  readonly fault: number;
  readonly kind: string;
  readonly site: SiteName;
  readonly node: string;
  readonly injectedNs: number;
  readonly confirmed: boolean;
  readonly detail: string;
  readonly recovery: readonly RecoveryStep[];
}

/** Everything that the reports need, and what `verdict.json` holds. Pure function of a journal and a hypothesis. */
export interface Verdict {
  readonly schema: 1;
  readonly head: Head;
  readonly result: Result;
  /** The sentence: who, lost what, how long, under which condition. */
  readonly sentence: string;
  /** One consequence or next step. */
  readonly consequence: string;
  readonly durationNs: number;
  readonly lookups: number;
  readonly claims: readonly ClaimVerdict[];
  readonly mustFeel: readonly {
    readonly of: string;
    readonly fault: number;
    readonly felt: boolean;
    readonly why: string;
    readonly detail: string;
  }[];
  readonly checks: readonly Check[];
  readonly probes: readonly ProbeVerdict[];
  readonly faults: readonly FaultVerdict[];
  /** What to change, measured and merely predicted kept apart. */
  readonly advice: readonly { readonly text: string; readonly basis: 'measured' | 'predicted' }[];
}
