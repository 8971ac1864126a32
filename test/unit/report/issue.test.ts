import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderIssue } from '../../../lib/report/issue.ts';
import { syntheticJournal } from '../../support/synthetic-journal.ts';
import { sampleVerdict } from './sample-verdict.ts';

const journal = syntheticJournal({ resolvers: ['glibc'], dnsConfigs: ['single'] });
const meta = { runId: '20261124-0312', commands: ['npm start'], files: [], skipped: [], broken: [] };
const passing = {
  journal,
  verdict: { ...sampleVerdict, result: 'pass' as const, head: { ...sampleVerdict.head, experiment: 'no-fault' } },
};

test('it says what failed with its table, on what, how to see it again, and where the evidence is', () => {
  const files = [{ path: 'node-cache-killed/diagnostics/index.md', bytes: 1, note: 'logs and events' }];
  const issue = renderIssue([passing, { verdict: sampleVerdict, journal }], meta, files) ?? '';
  assert.match(issue, /^# nodelocal-drill: fail: node-cache-killed\n/);
  assert.match(issue, /- ✕ broken: \*\*fallback-to-kube-dns\*\*.*100 lookups failed, limit 0/);
  assert.match(issue, /\| fallback +\| both addresses +\| ✕ broken: 8\.9–9\.0 s/);
  assert.match(issue, /\| cluster +\| embedded, Kubernetes v1\.37\.2, kube-proxy iptables/);
  assert.match(issue, /\| node-cache +\| stand-in on CoreDNS/);
  assert.match(issue, /```sh\nnpm start\n```/);
  assert.match(issue, /In `results\/20261124-0312`/);
  assert.match(issue, /- `node-cache-killed\/diagnostics\/index\.md`: logs and events/);
  assert.match(issue, /Passed in the same run: no-fault\./);
  assert.doesNotMatch(issue, /✓ Pass/);
});

test('there is none for a run that passed', () => {
  assert.equal(renderIssue([passing], meta, []), null);
});

test('a run that broke before anything began has one too', () => {
  const broken = [{ experiment: 'set-up', title: 'set-up of the run', message: 'no <memory>' }];
  const issue = renderIssue([], { ...meta, broken }, []) ?? '';
  assert.match(issue, /^# nodelocal-drill: broken: set-up\n/);
  assert.match(issue, /There is no verdict: no &lt;memory>/);
  assert.match(issue, /Not known: no experiment began/);
});

test('it fits into an issue, whatever the number of probes', () => {
  const [probe] = sampleVerdict.probes;
  assert.ok(probe !== undefined);
  const probes = Array.from({ length: 2000 }, (_, index) => ({
    ...probe,
    dnsConfig: { ...probe.dnsConfig, name: `dns-config-${index}` },
  }));
  const issue = renderIssue([{ verdict: { ...sampleVerdict, probes }, journal }], meta, []) ?? '';
  assert.ok(issue.length < 65_000, `${issue.length}`);
});
