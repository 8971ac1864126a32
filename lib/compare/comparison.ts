import type { Place } from './measured-cell.ts';
import type { Spread } from './spread.ts';

/** How far two sides may lie apart and still be the same; both in ns. */
export interface Margins {
  /** For what depends on how long node-cache is gone. */
  readonly marginNs: number;
  /** For set-ups that a claim bounds, which are meant not to depend on it. */
  readonly heldMarginNs: number;
}

export type Outcome = 'same' | 'differs' | 'not-comparable';

export type FigureName = 'outage' | 'outage-at-1s' | 'failed-lookups' | 'slowest-lookup';

/** One figure of one cell on both sides. Durations are in ns; `failed-lookups` counts. */
export interface FigureComparison {
  readonly figure: FigureName;
  readonly before: Spread;
  readonly after: Spread;
  /** After less before, of the medians, in ns (lookups by their distance); 0 where their bounds overlap. */
  readonly differenceNs: number;
  /** What is left of it when all is taken away that the time for which node-cache was gone, and the resolver's own steps, can explain. */
  readonly unexplainedNs: number;
  readonly marginNs: number;
  /** `not-judged`: shown, but chance decides it. */
  readonly outcome: 'same' | 'differs' | 'not-judged';
}

export interface CellComparison extends Place {
  readonly title: string;
  readonly outcome: Outcome;
  /** Why it can't be compared; empty otherwise. */
  readonly why: string;
  /** For how long node-cache was gone; null where it was not seen in every run of the side. */
  readonly goneBefore: Spread | null;
  readonly goneAfter: Spread | null;
  /** Empty when not comparable. */
  readonly figures: readonly FigureComparison[];
}

/** How a claim came out in the runs of each side. It differs when it broke on one side only; with other limits it is another claim. */
export interface ClaimComparison {
  readonly title: string;
  readonly name: string;
  readonly claim: string;
  readonly before: ClaimCount | null;
  readonly after: ClaimCount | null;
  readonly outcome: Outcome;
  /** Why it can't be compared; empty otherwise. */
  readonly why: string;
}

export interface ClaimCount {
  readonly runs: number;
  readonly broken: number;
}

/** A run as a comparison names it. */
export interface RunOfSide {
  readonly folder: string;
  readonly runId: string;
  readonly title: string;
  readonly result: string;
  /** Why it was left out; null for one that counts. */
  readonly leftOut: string | null;
}

/** What ran where, as far as the sides differ in it. */
export interface SurroundingDifference {
  readonly what: string;
  /** Every value that a side's runs have. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface Comparison extends Margins {
  readonly schema: 1;
  /** `incomplete`: nothing differs, but something could not be compared. */
  readonly result: 'same' | 'differs' | 'incomplete';
  readonly before: readonly RunOfSide[];
  readonly after: readonly RunOfSide[];
  readonly surroundings: readonly SurroundingDifference[];
  readonly claims: readonly ClaimComparison[];
  readonly cells: readonly CellComparison[];
}
