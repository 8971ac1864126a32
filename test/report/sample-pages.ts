import { judge } from '../../lib/judge/judge.ts';
import { parseHypothesis } from '../../lib/judge/parse-hypothesis.ts';
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

/** Enough for every kind of cell and lane, and quick to judge. */
const small: SyntheticOptions = {
  resolvers: ['glibc', 'c-ares'],
  dnsConfigs: ['single', 'single-2s', 'fallback', 'fallback-upstream', 'stock'],
};

/** Pages in every state that a report can be in, from synthetic journals. Each is made when it is first asked for. */
export const samplePages = {
  get fail(): string {
    return once('fail', () => renderReport([sampleRun({ claims: 'wrong' })], meta));
  },
  get pass(): string {
    return once('pass', () => renderReport([sampleRun({ ...small, claims: 'true' })], meta));
  },
  get inconclusive(): string {
    return once('inconclusive', () => renderReport([sampleRun({ ...small, flaw: 'dirty-baseline' })], meta));
  },
  get aborted(): string {
    return once('aborted', () => renderReport([sampleRun({ ...small, flaw: 'aborted' })], meta));
  },
  get uncaptured(): string {
    return once('uncaptured', () => renderReport([sampleRun({ ...small, captures: false })], meta));
  },
  get several(): string {
    return once('several', () =>
      renderReport([sampleRun({ ...small, claims: 'wrong' }), sampleRun({ ...small, claims: 'calm' })], {
        ...meta,
        skipped: [{ experiment: 'node-cache-stopped', title: 'node-cache is stopped', reason: 'no node agent here' }],
        broken: [
          { experiment: 'link-gone', title: 'the link goes', message: 'the API server did not answer for 30 s' },
        ],
      }),
    );
  },
} as const;

const made = new Map<string, string>();

function once(name: string, make: () => string): string {
  const page = made.get(name) ?? make();
  made.set(name, page);
  return page;
}

export function sampleRun(options: SyntheticOptions): ReportRun {
  const journal = syntheticJournal(options);
  return { journal, verdict: judge(parseHypothesis(journal.hypothesis), journal) };
}
