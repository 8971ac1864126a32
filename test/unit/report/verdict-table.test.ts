import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import { renderVerdictTable } from '../../../lib/report/terminal/verdict-table.ts';
import { inconclusive, sampleVerdict } from './sample-verdict.ts';

const plain = { columns: 100, colour: false };

test('a failing verdict says who lost what, the bounds, the way to the report and the exit code', () => {
  const lines = renderVerdictTable(sampleVerdict, plain).split('\n');
  assert.match(lines[0] ?? '', /^FAIL {2}1 of 2 claims broken +run 20261124-0312, 2 min 51 s, 55,200 lookups$/);
  const rows = lines.slice(lines.findIndex((line) => line.startsWith('dnsConfig')));
  assert.deepEqual(rows.slice(0, 4), [
    'dnsConfig       listens on  glibc        c-ares       claim',
    'fallback        both        8.9-9.0 s    slow 2.95 s  BROKEN',
    '                link-local  none                      holds',
    'control: stock  untouched   none                      holds, thin',
  ]);
  assert.equal(lines.at(-3), 'evidence  1 of 1 checks ok, 1 not measured');
  assert.equal(lines.at(-2), 'change    Use kube-dns-upstream.');
  assert.match(lines.at(-1) ?? '', /^report {4}results\/20261124-0312\/index\.html +exit code 1$/);
});

test('no line is wider than the terminal', () => {
  for (const columns of [60, 80, 100, 120]) {
    const tooWide = renderVerdictTable(sampleVerdict, { columns, colour: true })
      .split('\n')
      .filter((line) => stringWidth(line) > columns);
    assert.deepEqual(tooWide, [], `${columns} columns`);
  }
});

test('an inconclusive verdict prints the missed check with bound and finding, marks nothing, and exits with 2', () => {
  const text = renderVerdictTable(inconclusive(sampleVerdict), plain);
  assert.match(text, /^INCONCLUSIVE/);
  assert.match(text, /^missed {4}Baseline clean: bound 0 failed; found 2 of 9,200 failed\. Run again\.$/m);
  assert.match(text, /exit code 2$/);
  assert.doesNotMatch(text, /BROKEN|holds/);
});

test('an aborted drill says when, why, what was undone and what was left behind, and exits with 3', () => {
  const aborted = { when: '3.0 s after kill 2', why: 'SIGINT', undone: 'stop 1', leftBehind: 'nothing that is known' };
  const text = renderVerdictTable(sampleVerdict, { ...plain, aborted });
  assert.match(text, /^ABORTED {2}no claim is judged/);
  assert.match(text, /^left behind {2}nothing that is known$/m);
  assert.match(text, /exit code 3$/);
});

test('without colour there is no escape sequence, with colour there is', () => {
  assert.ok(!renderVerdictTable(sampleVerdict, plain).includes('\u001b'));
  assert.ok(renderVerdictTable(sampleVerdict, { ...plain, colour: true }).includes('\u001b[31m'));
});
