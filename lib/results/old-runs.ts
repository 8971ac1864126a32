import type { KeepRuns } from '../config/keep-runs.ts';
import type { KnownRun } from './known-run.ts';

export interface OldRunsOptions {
  readonly keep: KeepRuns;
  /** The run that asks. */
  readonly own: string;
  /** In ms since 1970. */
  readonly nowMs: number;
}

const dayMs = 24 * 3600_000;

/** A drill writes many times a second; what lies between two drills of a run, or before its report is written, takes minutes. */
const stillWrittenMs = 3600_000;

/**
 * The runs that may go, oldest first. Always stay: the run that asks, the newest that passed and the newest that failed, one that is still being
 * written, and what git tracks. Those that stay anyway count among the newest, too.
 */
export function oldRuns(runs: readonly KnownRun[], { keep, own, nowMs }: OldRunsOptions): readonly KnownRun[] {
  if (keep === 'all') return [];
  const newestFirst = runs.toSorted((a, b) => b.startedAtMs - a.startedAtMs || (a.name < b.name ? 1 : -1));
  const stay = new Set([
    own,
    ...['pass', 'fail'].map((result) => newestFirst.find((run) => run.result === result)?.name),
  ]);
  return newestFirst
    .filter((run, index) => ('runs' in keep ? index >= keep.runs : nowMs - run.startedAtMs > keep.days * dayMs))
    .filter((run) => !stay.has(run.name) && !run.isTracked && !isBeingWritten(run, nowMs))
    .toReversed();
}

function isBeingWritten({ writtenAtMs }: KnownRun, nowMs: number): boolean {
  return writtenAtMs !== null && nowMs - writtenAtMs < stillWrittenMs;
}
