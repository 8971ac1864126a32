import type { Journal } from '../journal/journal.ts';
import type { Verdict } from '../judge/verdict.ts';

/** One experiment that ran: what was concluded, and the journal that it was concluded from. */
export interface ReportRun {
  readonly verdict: Verdict;
  readonly journal: Journal;
}

/** A file beside the report; `path` is relative to the folder of index.html. */
export interface ReportFile {
  readonly path: string;
  readonly bytes: number;
  /** What is in it, in a few words. */
  readonly note: string;
}

/** What the reports say of a run beyond its verdicts. */
export interface ReportMeta {
  readonly runId: string;
  /** As a user types them, in order: how to run this again, how to judge the journal again. */
  readonly commands: readonly string[];
  readonly files: readonly ReportFile[];
  /** Experiments that could not run here. They are shown with their reason, never as passed. */
  readonly skipped: readonly { readonly experiment: string; readonly title: string; readonly reason: string }[];
  /** Experiments during which the suite or the cluster broke, so that there is no verdict. */
  readonly broken: readonly { readonly experiment: string; readonly title: string; readonly message: string }[];
}
