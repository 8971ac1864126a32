import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, readdir, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeReport } from '../../../lib/report/write-report.ts';
import { syntheticJournal } from '../../support/synthetic-journal.ts';
import { sampleVerdict } from './sample-verdict.ts';

const journal = syntheticJournal({ resolvers: ['glibc'], dnsConfigs: ['single'] });
const run = { verdict: sampleVerdict, journal };
const meta = { runId: 'r', commands: ['npm start'], files: [], skipped: [], broken: [] };

test('it writes every report, links the files beside it with their sizes, and leaves nothing half-written', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-write-'));
  await mkdir(join(folder.path, 'node-cache-killed'));
  await writeFile(join(folder.path, 'node-cache-killed/journal.ndjson'), 'x'.repeat(1_200_000));
  const index = await writeReport(folder.path, [run], meta);
  assert.equal(index, join(folder.path, 'index.html'));
  assert.deepEqual((await readdir(folder.path)).sort(), [
    'index.html',
    'issue.md',
    'junit.xml',
    'metrics.prom',
    'node-cache-killed',
    'summary.md',
  ]);
  const page = await readFile(index, 'utf8');
  assert.match(page, /href="node-cache-killed\/journal\.ndjson"[^<]*<\/a>\s*<span class="muted">1\.2 MB/);
  assert.match(page, /href="junit\.xml"/);
  assert.deepEqual(
    JSON.parse(await readFile(join(folder.path, 'node-cache-killed/verdict.json'), 'utf8')),
    sampleVerdict,
  );
});

test('a verdict that is already there is not written over', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-write-'));
  await mkdir(join(folder.path, 'node-cache-killed'));
  await writeFile(join(folder.path, 'node-cache-killed/verdict.json'), 'kept');
  await writeReport(folder.path, [run], meta);
  assert.equal(await readFile(join(folder.path, 'node-cache-killed/verdict.json'), 'utf8'), 'kept');
});
