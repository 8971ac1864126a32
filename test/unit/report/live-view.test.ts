import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../lib/journal/entry.ts';
import { LiveView } from '../../../lib/report/terminal/live-view.ts';
import { PlainView } from '../../../lib/report/terminal/plain-view.ts';
import { inBatches } from '../../support/lookup-batches.ts';
import { syntheticEntries, syntheticPlan } from '../../support/synthetic-journal.ts';

const secondNs = 1e9;
const entries = syntheticEntries({ dnsConfigs: ['single', 'fallback-upstream'], resolvers: ['glibc'] });
const secondKillNs = syntheticPlan.startNs + syntheticPlan.killsNs[1];

test('a lookup that has not ended is waiting, never failed', () => {
  const lines = viewAt(secondKillNs + 4.2 * secondNs);
  const single = rowOf(lines, 'single', 'both');
  assert.match(single, /waiting 4\.\d s +\(1 of 1\)/);
  assert.match(single, /\.w{1,4} /);
  assert.doesNotMatch(single, /x/);
});

test('lookups that come several in a line are shown as if each had its own', () => {
  const nowNs = secondKillNs + 18 * secondNs;
  const view = new LiveView({ columns: 100, colour: false, plannedNs: 60 * secondNs });
  for (const entry of inBatches(until(entries, nowNs), 10)) view.feed(entry);
  assert.deepEqual(view.render(nowNs), viewAt(nowNs));
});

test('a failed lookup is marked when its line comes, in the second when it was due', () => {
  assert.match(rowOf(viewAt(secondKillNs + 18 * secondNs), 'single', 'both'), /\.x{5,6}s+\.* +\d+ +15\.\d s$/);
});

test('the control shows its own state', () => {
  assert.match(rowOf(viewAt(secondKillNs + 5 * secondNs), 'stock', 'untouched'), /good, .*\.{20} +0 /);
});

test('the process that is gone is said to be gone, and for how long', () => {
  assert.ok(
    viewAt(secondKillNs + 5 * secondNs).some((line) => /^node-cache, both +gone for 5\.0 s \| link present/.test(line)),
  );
});

test('a line that was lost does not make a probe wait for ever', () => {
  const lost = entries.filter(
    (entry) => !(entry.type === 'observation' && entry.probe.startsWith('both/single/') && entry.seq === 5),
  );
  const endNs = syntheticPlan.startNs + syntheticPlan.drainingNs;
  const view = new LiveView({ columns: 100, colour: false });
  for (const entry of until(lost, endNs)) view.feed(entry);
  assert.match(rowOf(view.render(endNs), 'single', 'both'), /waiting 6\d\.\d s|good/);
  assert.match(rowOf(view.render(endNs + secondNs), 'single', 'both'), /good|waiting 1\.\d s/);
});

test('nothing is wider than the terminal', () => {
  for (const line of viewAt(secondKillNs + 5 * secondNs)) assert.ok(line.length <= 100, line);
});

test('without a terminal there are events, and a state line every 10 s at most', () => {
  const view = new PlainView();
  const lines: string[] = [];
  const states: number[] = [];
  for (const entry of entries) {
    lines.push(...view.feed(entry));
    const state = view.plainState(writtenNs(entry));
    if (state === null) continue;
    lines.push(state);
    states.push(writtenNs(entry));
  }
  assert.ok(
    lines.some((line) => /^03:12:40 fault {2}kill-node-cache 2 on worker-1 injected: SIGKILL to PID 4189$/.test(line)),
  );
  assert.ok(
    lines.some((line) => /state {2}waiting: single.*good: .*control/.test(line)),
    lines.join('\n'),
  );
  assert.ok(states.length >= 3);
  assert.ok(states.every((atNs, index) => index === 0 || atNs - (states[index - 1] ?? 0) >= 10 * secondNs));
  assert.ok(lines.length < 60);
});

function viewAt(nowNs: number): readonly string[] {
  const view = new LiveView({ columns: 100, colour: false, plannedNs: 60 * secondNs });
  for (const entry of until(entries, nowNs)) view.feed(entry);
  return view.render(nowNs);
}

function* until(all: readonly Entry[], nowNs: number): Generator<Entry> {
  for (const entry of all) if (writtenNs(entry) <= nowNs) yield entry;
}

function writtenNs(entry: Entry): number {
  if (entry.type === 'observation') return entry.endNs;
  return 'atNs' in entry ? entry.atNs : 0;
}

function rowOf(lines: readonly string[], dnsConfig: string, listens: string): string {
  const row = lines.find((line) => line.startsWith(`${dnsConfig} `) && line.includes(` ${listens} `));
  assert.ok(row !== undefined, lines.join('\n'));
  return row;
}
