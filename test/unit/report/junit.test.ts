import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../../lib/judge/verdict.ts';
import { renderJunit } from '../../../lib/report/junit.ts';
import { syntheticJournal } from '../../support/synthetic-journal.ts';
import { inconclusive, sampleVerdict } from './sample-verdict.ts';

const journal = syntheticJournal({ resolvers: ['glibc'], dnsConfigs: ['single'] });
const meta = { runId: 'r', commands: [], files: [], skipped: [], broken: [] };

test('a broken claim is a failure with its numbers; what was not measured is skipped', () => {
  const xml = junitOf(sampleVerdict);
  assert.deepEqual(countsOf(xml), { tests: 5, failures: 1, errors: 0, skipped: 1 });
  assert.match(
    xml,
    /<failure message="Broken by 1 of 1 probes; worst: 100 lookups failed, limit 0 \(both\/fallback\/glibc\/busy\)\." type="claim broken"/,
  );
  assert.match(xml, /<system-out><!\[CDATA\[not measured: bound 99 %; found no capture/);
});

test('inconclusive claims are skipped with the reason, never passed and never failed', () => {
  const xml = junitOf(inconclusive(sampleVerdict));
  assert.deepEqual(countsOf(xml), { tests: 5, failures: 0, errors: 0, skipped: 4 });
  assert.match(xml, /inconclusive: Baseline clean: bound 0 failed, found 2 of 9,200 failed/);
});

test('an aborted drill is an error, and its claims are skipped', () => {
  const aborted = syntheticJournal({ flaw: 'aborted', resolvers: ['glibc'], dnsConfigs: ['single'] });
  const xml = renderJunit([{ verdict: sampleVerdict, journal: aborted }], meta);
  assert.deepEqual(countsOf(xml), { tests: 6, failures: 0, errors: 1, skipped: 3 });
});

test('a suite that broke is an error, an experiment that could not run is skipped', () => {
  const xml = renderJunit([], {
    ...meta,
    broken: [{ experiment: 'b', title: 'b', message: 'out of memory' }],
    skipped: [{ experiment: 'a', title: 'a', reason: 'no node agent' }],
  });
  assert.deepEqual(countsOf(xml), { tests: 2, failures: 0, errors: 1, skipped: 1 });
  assert.match(xml, /no node agent/);
});

test('control characters from the cluster do not make the file unreadable', () => {
  const xml = junitOf({ ...sampleVerdict, sentence: 'a\u0000b\u001b[31m<&>' });
  // eslint-disable-next-line no-control-regex -- looking for what XML 1.0 forbids
  assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
});

function junitOf(verdict: Verdict): string {
  return renderJunit([{ verdict, journal }], meta);
}

function countsOf(xml: string): Readonly<Record<string, number>> {
  const root = /<testsuites[^>]*>/.exec(xml)?.[0] ?? '';
  const count = (name: string): number => Number(new RegExp(`${name}="(\\d+)"`).exec(root)?.[1]);
  return { tests: count('tests'), failures: count('failures'), errors: count('errors'), skipped: count('skipped') };
}
