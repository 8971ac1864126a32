import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSummary } from '../../../lib/report/summary.ts';
import { syntheticJournal } from '../../support/synthetic-journal.ts';
import { inconclusive, sampleVerdict } from './sample-verdict.ts';

const journal = syntheticJournal({ resolvers: ['glibc'], dnsConfigs: ['single'] });
const meta = { runId: 'r', commands: ['npm start'], files: [], skipped: [], broken: [] };

test('it starts at heading 3 with the verdict in words, then claims, matrix, change, reproduce', () => {
  const summary = renderSummary([{ verdict: sampleVerdict, journal }], meta);
  assert.match(summary, /^### ✕ Fail: node-cache-killed\n/);
  assert.match(summary, /- ✕ broken: \*\*fallback-to-kube-dns\*\*.*100 lookups failed, limit 0/);
  assert.match(summary, /- ✓ holds: \*\*control\*\*.*Thin margin/);
  assert.match(summary, /\| fallback +\| both addresses +\| ✕ broken: 8\.9–9\.0 s; 100 failed, worst 8\.00 s \|/);
  assert.match(summary, /- \(measured\) Use kube-dns-upstream\. In pods that set/);
  assert.match(summary, /```sh\nnpm start\n```/);
  assert.doesNotMatch(summary, /^#{1,2} /m);
});

test('an inconclusive run is not judged, and its missed check is there', () => {
  const summary = renderSummary([{ verdict: inconclusive(sampleVerdict), journal }], meta);
  assert.match(summary, /^### \? Inconclusive/);
  assert.match(summary, /\? \*\*Baseline clean\*\*: bound 0 failed; found 2 of 9,200 failed/);
  assert.doesNotMatch(summary, /✓ holds/);
});

test('what was skipped or broke is named, never as passed', () => {
  const summary = renderSummary([], {
    ...meta,
    skipped: [{ experiment: 'a', title: 'a', reason: 'no node agent' }],
    broken: [{ experiment: 'b', title: 'b', message: 'out of memory' }],
  });
  assert.match(summary, /### – Skipped: a\n\nNot passed; it could not run here: no node agent/);
  assert.match(summary, /### ■ Suite error: b\n\nThere is no verdict: out of memory/);
  assert.doesNotMatch(summary, /✓/);
});

test('it stays under 64 kB, whatever the number of probes', () => {
  const probes = Array.from({ length: 2000 }, (_, index) => {
    const [probe] = sampleVerdict.probes;
    assert.ok(probe !== undefined);
    return { ...probe, probe: `p${index}`, dnsConfig: { ...probe.dnsConfig, name: `dns-config-${index}` } };
  });
  const summary = renderSummary([{ verdict: { ...sampleVerdict, probes }, journal }], meta);
  assert.ok(Buffer.byteLength(summary) < 64_000);
  assert.match(summary, /✕ broken: \*\*fallback-to-kube-dns/);
  assert.match(summary, /Shortened; the whole is in index\.html/);
});

test('text of the cluster cannot break the Markdown', () => {
  const verdict = { ...sampleVerdict, sentence: 'a | b <script> `c`' };
  assert.match(renderSummary([{ verdict, journal }], meta), /a \\\| b &lt;script> \\`c\\`/);
});
