import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderReport } from './html/render-report.ts';
import { renderIssue } from './issue.ts';
import { renderJunit } from './junit.ts';
import { renderMetrics } from './metrics/render-metrics.ts';
import type { ReportFile, ReportMeta, ReportRun } from './report-input.ts';
import { renderSummary } from './summary.ts';

/**
 * Writes index.html, summary.md, junit.xml and metrics.prom into the run's folder, and verdict.json into each experiment's where there is
 * none; issue.md too unless the run passed. Each file appears whole or not at all. Returns the path of index.html.
 */
export async function writeReport(runDir: string, runs: readonly ReportRun[], meta: ReportMeta): Promise<string> {
  for (const run of runs) await writeVerdictOnce(runDir, run);
  await writeWhole(join(runDir, 'summary.md'), renderSummary(runs, meta));
  await writeWhole(join(runDir, 'junit.xml'), renderJunit(runs, meta));
  await writeWhole(join(runDir, 'metrics.prom'), await renderMetrics(runs, meta));
  const files = [...meta.files, ...(await filesBeside(runDir, runs, meta))];
  const issue = renderIssue(runs, meta, files);
  if (issue !== null) await writeWhole(join(runDir, 'issue.md'), issue);
  const index = join(runDir, 'index.html');
  await writeWhole(index, renderReport(runs, { ...meta, files }));
  return index;
}

async function writeVerdictOnce(runDir: string, { verdict }: ReportRun): Promise<void> {
  const folder = join(runDir, verdict.head.experiment);
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'verdict.json');
  if ((await sizeOf(path)) === null) await writeWhole(path, `${JSON.stringify(verdict, null, 2)}\n`);
}

/** The files that every run has, as far as they are there and not named by the caller. */
async function filesBeside(
  runDir: string,
  runs: readonly ReportRun[],
  { files: named, broken }: ReportMeta,
): Promise<readonly ReportFile[]> {
  const experiments = new Set([
    ...runs.map(({ verdict }) => verdict.head.experiment),
    ...broken.map(({ experiment }) => experiment),
  ]);
  const candidates = [
    ...runs.flatMap(({ verdict }) => [
      { path: `${verdict.head.experiment}/journal.ndjson`, note: `every observation of ${verdict.head.experiment}` },
      { path: `${verdict.head.experiment}/journal.ndjson.gz`, note: `every observation of ${verdict.head.experiment}` },
      { path: `${verdict.head.experiment}/verdict.json`, note: 'this page as data' },
    ]),
    ...[...experiments].map((experiment) => ({
      path: `${experiment}/diagnostics/index.md`,
      note: `logs, events, pods and nodes as they were in ${experiment}`,
    })),
    { path: 'summary.md', note: 'for a job summary' },
    { path: 'junit.xml', note: 'for CI' },
    { path: 'metrics.prom', note: 'for Prometheus' },
  ];
  const found: ReportFile[] = [];
  for (const { path, note } of candidates) {
    const bytes = await sizeOf(join(runDir, path));
    if (bytes !== null && !named.some((file) => file.path === path)) found.push({ path, bytes, note });
  }
  return found;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new Error(`the report can't look at ${path}`, { cause: error });
  }
}

async function writeWhole(path: string, content: string): Promise<void> {
  const partial = `${path}.partial`;
  await writeFile(partial, content);
  await rename(partial, path);
}
