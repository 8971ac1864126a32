import { judge } from '../../lib/judge/judge.ts';
import { renderReport } from '../../lib/report/html/render-report.ts';
import type { ReportMeta, ReportRun } from '../../lib/report/report-input.ts';
import { syntheticJournal, type SyntheticOptions } from '../support/synthetic-journal.ts';

const meta: ReportMeta = {
  runId: '20261124-0312',
  commands: ['npx playwright test node-cache-killed', 'npx nodelocal-drill rejudge results/20261124-0312'],
  files: [{ path: 'node-cache-killed/journal.ndjson', bytes: 14_200_000, note: '55,200 observations' }],
  skipped: [],
  broken: [],
};

/** Pages in every state that a report can be in, from synthetic journals. */
export const samplePages = {
  fail: (): string => renderReport([sampleRun({ claims: 'wrong' })], meta),
  pass: (): string => renderReport([sampleRun({ claims: 'true' })], meta),
  inconclusive: (): string => renderReport([sampleRun({ flaw: 'dirty-baseline' })], meta),
  aborted: (): string => renderReport([sampleRun({ flaw: 'aborted' })], meta),
  uncaptured: (): string => renderReport([sampleRun({ captures: false })], meta),
  several: (): string =>
    renderReport([sampleRun({ claims: 'wrong' }), sampleRun({ claims: 'calm' })], {
      ...meta,
      skipped: [{ experiment: 'node-cache-stopped', title: 'node-cache is stopped', reason: 'no node agent here' }],
      broken: [{ experiment: 'link-gone', title: 'the link goes', message: 'the API server did not answer for 30 s' }],
    }),
} as const;

export function sampleRun(options: SyntheticOptions): ReportRun {
  const journal = syntheticJournal(options);
  return { journal, verdict: judge(journal) };
}
