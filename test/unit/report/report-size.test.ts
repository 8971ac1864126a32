import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleRun } from '../../report/sample-pages.ts';
import { renderReport } from '../../../lib/report/html/render-report.ts';

const meta = { runId: 'r', commands: [], files: [], skipped: [], broken: [] };
const mostBytes = 3_000_000;

test('the main drill fits a page of 3 MB with every lookup in it', () => {
  const run = sampleRun({ claims: 'wrong' });
  assert.ok(run.verdict.lookups > 55_000 && run.verdict.probes.length >= 45, `${run.verdict.lookups} lookups`);
  const page = renderReport([run], meta);
  assert.ok(Buffer.byteLength(page) < mostBytes, `${Buffer.byteLength(page)} bytes`);
  assert.ok(!/drawn\s+as\s+one\s+band/.test(page));
});

test('a page that would be larger keeps every lookup near a fault or a failure, merges the rest, and says so', () => {
  const run = sampleRun({ claims: 'wrong', intervalNs: 20_000_000 });
  const page = renderReport([run], meta);
  assert.ok(Buffer.byteLength(page) < mostBytes, `${Buffer.byteLength(page)} bytes`);
  assert.match(page, /drawn\s+as\s+one\s+band/);
});

test('the same runs give the same bytes', () => {
  const options = { resolvers: ['glibc'], dnsConfigs: ['single'] } as const;
  assert.equal(renderReport([sampleRun(options)], meta), renderReport([sampleRun(options)], meta));
});

test('text from the cluster is escaped', () => {
  const run = sampleRun({ resolvers: ['glibc'], dnsConfigs: ['single'] });
  const verdict = { ...run.verdict, sentence: '<script>alert(1)</script>' };
  assert.ok(!renderReport([{ ...run, verdict }], meta).includes('<script>alert(1)'));
});
