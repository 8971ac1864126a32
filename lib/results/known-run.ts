/** A folder of results/ that is a run of the suite. */
export interface KnownRun {
  /** Of the folder, which is the run's own name. */
  readonly name: string;
  /** Its start, in ms since 1970. */
  readonly startedAtMs: number;
  /** `result` of its run.json; null where there is none: it still runs, or was killed. */
  readonly result: string | null;
  /** The last time that something was written into it, in ms since 1970; null where it is over, and nobody asks. */
  readonly writtenAtMs: number | null;
  /** Git has files of it. */
  readonly isTracked: boolean;
}
