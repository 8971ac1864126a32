import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMetrics } from '../../../lib/report/metrics/render-metrics.ts';
import { syntheticJournal } from '../../support/synthetic-journal.ts';
import { sampleVerdict } from './sample-verdict.ts';

const journal = syntheticJournal({ resolvers: ['glibc'], dnsConfigs: ['single'] });
const meta = { runId: 'r', commands: [], files: [], skipped: [], broken: [] };
const fault = {
  fault: 2,
  kind: 'kill-node-cache',
  site: 'both' as const,
  node: 'worker-1',
  injectedNs: 0,
  confirmed: true,
  detail: '',
  recovery: [
    { step: 'process gone', atNs: 4e6, whatChangesIt: '' },
    { step: ':53 bound', atNs: 11.004e9, whatChangesIt: '' },
    { step: 'Ready', atNs: null, whatChangesIt: '' },
  ],
};

test('verdict, claims, thresholds, outages, lookups, lateness and the time gone, in seconds and counts', async () => {
  const lines = await linesOf({ ...sampleVerdict, faults: [fault] });
  const experiment = `experiment="node-cache-killed"`;
  const probe = `${experiment},probe="both/fallback/glibc/busy",site="both",dns_config="fallback",resolver="glibc",rate="busy"`;
  for (const line of [
    'nodelocal_drill_exit_code 1',
    `nodelocal_drill_verdict{${experiment},result="fail"} 1`,
    `nodelocal_drill_verdict{${experiment},result="pass"} 0`,
    `nodelocal_drill_claim{${experiment},claim="fallback-to-kube-dns",result="fail"} 1`,
    `nodelocal_drill_check{${experiment},check="Answers traced",result="not-measured"} 1`,
    `nodelocal_drill_threshold_measured_lookups{${experiment},claim="fallback-to-kube-dns",metric="failed-lookups",setting="s",probe="both/fallback/glibc/busy"} 100`,
    `nodelocal_drill_threshold_limit_seconds{${experiment},claim="control",metric="slowest-lookup",setting="s",probe="control/stock/glibc/busy"} 3`,
    `nodelocal_drill_outage_seconds{${probe},fault="1",deadline="+Inf",bound="at_least"} 8.9`,
    `nodelocal_drill_outage_seconds{${probe},fault="1",deadline="+Inf",bound="at_most"} 8.95`,
    `nodelocal_drill_lookups_total{${probe},phase="fault 1",outcome="failed"} 100`,
    `nodelocal_drill_lookups_total{${probe},phase="baseline",outcome="failed"} 0`,
    `nodelocal_drill_slowest_lookup_seconds{${probe},phase="fault 1"} 8`,
    `nodelocal_drill_lateness_p99_seconds{${probe}} 0.001`,
    `nodelocal_drill_node_cache_gone_seconds{${experiment},fault="2",kind="kill-node-cache",site="both",node="worker-1"} 11`,
    `nodelocal_drill_experiment_duration_seconds{${experiment}} 171`,
  ])
    assert.ok(lines.includes(line), line);
  assert.ok(!lines.some((line) => line.includes('step="Ready"')), 'what nobody saw has no series');
});

test('an outage that had not ended is +Inf, for thresholds too', async () => {
  const [probe, ...others] = sampleVerdict.probes;
  const [impact] = probe?.impacts ?? [];
  const [claim] = sampleVerdict.claims;
  assert.ok(probe !== undefined && impact?.hard.kind === 'outage' && claim?.thresholds[0] !== undefined);
  const open = { ...impact.hard, atMostNs: null };
  const lines = await linesOf({
    ...sampleVerdict,
    probes: [{ ...probe, impacts: [{ ...impact, hard: open }] }, ...others],
    claims: [{ ...claim, thresholds: [{ ...claim.thresholds[0], unit: 'ns', measured: null }] }],
  });
  assert.ok(lines.some((line) => /^nodelocal_drill_outage_seconds.*bound="at_most"} \+Inf$/.test(line)));
  assert.ok(lines.some((line) => /^nodelocal_drill_threshold_measured_seconds.*} \+Inf$/.test(line)));
});

test('what was skipped or broke is there as such', async () => {
  const text = await renderMetrics([], {
    ...meta,
    skipped: [{ experiment: 'a', title: 'a', reason: 'no node agent' }],
    broken: [{ experiment: 'b', title: 'b', message: 'out of memory' }],
  });
  assert.match(text, /^nodelocal_drill_verdict{experiment="a",result="skipped"} 1$/m);
  assert.match(text, /^nodelocal_drill_verdict{experiment="b",result="broken"} 1$/m);
  assert.match(text, /^nodelocal_drill_exit_code 3$/m);
});

async function linesOf(verdict: typeof sampleVerdict): Promise<readonly string[]> {
  return (await renderMetrics([{ verdict, journal }], meta)).split('\n');
}
