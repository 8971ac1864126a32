import type { ReportMeta, ReportRun } from './report-input.ts';

/** How an experiment, or a whole run, ended. Only `pass` is a pass. */
export type RunState = 'pass' | 'fail' | 'inconclusive' | 'aborted' | 'broken' | 'skipped';

/** An aborted drill has a verdict too, by what was recorded until then; it is shown as aborted. */
export function runState({ verdict, journal }: ReportRun): RunState {
  return journal.troubles.some((trouble) => trouble.what === 'aborted') ? 'aborted' : verdict.result;
}

/** The worst of all experiments; a run in which nothing ran is skipped. */
export function overallState(runs: readonly ReportRun[], meta: Pick<ReportMeta, 'broken'>): RunState {
  const states = new Set<RunState>(runs.map(runState));
  if (meta.broken.length > 0) states.add('broken');
  return worstFirst.find((state) => states.has(state)) ?? 'skipped';
}

/** Exit code of the command line: 0 pass, 1 fail, 2 inconclusive (nothing was proven), 3 the suite or the cluster broke. */
export function exitCodeOf(state: RunState): 0 | 1 | 2 | 3 {
  return exitCodes[state];
}

const worstFirst: readonly RunState[] = ['fail', 'broken', 'aborted', 'inconclusive', 'pass'];

const exitCodes = { pass: 0, fail: 1, inconclusive: 2, skipped: 2, aborted: 3, broken: 3 } as const;
