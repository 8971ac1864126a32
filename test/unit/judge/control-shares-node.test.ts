import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectJournal } from '../../../lib/journal/collect-journal.ts';
import type { Entry } from '../../../lib/journal/entry.ts';
import { judge } from '../../../lib/judge/judge.ts';
import { parseHypothesis } from '../../../lib/judge/parse-hypothesis.ts';
import { buildMatrix } from '../../../lib/report/matrix.ts';
import { renderVerdictTable } from '../../../lib/report/terminal/verdict-table.ts';
import { syntheticEntries } from '../../support/synthetic-journal.ts';
import { syntheticNodes } from '../../support/synthetic-cluster.ts';

/** The synthetic run on a cluster of one node: its control asks a CoreDNS pod of that node. */
function onOneNode(entry: Entry): Entry {
  if (entry.type === 'head') {
    const coreDns = { ...entry.cluster.coreDns, nodes: [syntheticNodes.both], podIps: ['10.244.1.3'] };
    return { ...entry, cluster: { ...entry.cluster, coreDns } };
  }
  if (entry.type !== 'probe' || entry.site !== 'control') return entry;
  const dnsConfig = { ...entry.dnsConfig, name: 'coredns-pod', nameservers: ['10.244.1.3'], stock: false };
  return { ...entry, node: syntheticNodes.both, dnsConfig };
}

const verdictOf = (entries: readonly Entry[]) => {
  const journal = collectJournal(entries);
  return judge(parseHypothesis(journal.hypothesis), journal);
};
const entries = syntheticEntries({ sites: ['both', 'control'] });
const usual = verdictOf(entries);
const shared = verdictOf(entries.map(onOneNode));

test('a control that shares a node under test still counts, and what it can’t show is said', () => {
  const found = (name: string, { checks } = shared) => checks.find((each) => each.name === name);
  assert.equal(found('calm control')?.result, 'ok');
  assert.match(found('calm control')?.bound ?? '', /asked a CoreDNS pod directly$/);
  assert.match(
    found('calm control')?.found ?? '',
    /no untouched node: that another node's pods were well, .* is not shown$/,
  );
  assert.match(found('who answered')?.found ?? '', /CoreDNS runs on worker-1 too/);
  assert.doesNotMatch(found('calm control', usual)?.found ?? '', /untouched/);
  assert.doesNotMatch(found('who answered', usual)?.found ?? '', /runs on/);
});

test('nothing calls that control an untouched node', () => {
  const placeOf = (verdict: typeof shared) =>
    buildMatrix(verdict)
      .groups.flatMap(({ rows }) => rows)
      .find(({ site }) => site === 'control')?.place;
  assert.deepEqual(placeOf(usual), { long: 'untouched node', short: 'untouched' });
  assert.deepEqual(placeOf(shared), { long: 'same node, past node-cache', short: 'same node' });
  const table = renderVerdictTable(shared, { columns: 100, colour: false, reportPath: 'index.html' });
  assert.match(table, /control: coredns-pod +same node/);
});

test('trouble of that control is trouble of the cluster, as of any other', () => {
  const sick = entries
    .map(onOneNode)
    .map((entry): Entry =>
      entry.type === 'observation' && entry.probe.startsWith('control/') && entry.seq % 50 === 49
        ? { ...entry, outcome: 'failed', answers: [], error: 'EAI_AGAIN' }
        : entry,
    );
  const verdict = verdictOf(sick);
  assert.equal(verdict.checks.find(({ name }) => name === 'calm control')?.result, 'missed');
  assert.equal(verdict.result, 'inconclusive');
});
