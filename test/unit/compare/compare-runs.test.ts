import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRuns } from '../../../lib/compare/compare-runs.ts';
import type { CellComparison, Comparison } from '../../../lib/compare/comparison.ts';
import { measureRun, type MeasuredRun } from '../../../lib/compare/measured-run.ts';
import type { Observation } from '../../../lib/journal/entry.ts';
import type { Journal } from '../../../lib/journal/journal.ts';
import { judge } from '../../../lib/judge/judge.ts';
import { withThresholds } from '../../../lib/judge/with-thresholds.ts';
import { parseHypothesis } from '../../../lib/judge/parse-hypothesis.ts';
import { syntheticJournal, syntheticPlan, type SyntheticOptions } from '../../support/synthetic-journal.ts';

const second = 1_000_000_000;
/** Small, so that a test takes little: two resolvers, ten lookups a second. */
const small: SyntheticOptions = { resolvers: ['glibc', 'musl'], intervalNs: 0.1 * second, captures: false };

const plain = run();
const margins = { marginNs: 2 * second, heldMarginNs: 0.5 * second, all: false };

test('equal runs are the same in every cell and claim', () => {
  const comparison = compare([plain], [plain]);
  assert.equal(comparison.result, 'same');
  assert.ok(comparison.cells.length > 40);
  assert.deepEqual(comparison.surroundings, []);
  assert.ok(comparison.claims.every(({ outcome }) => outcome === 'same'));
});

test('the same set-ups after another back-off are the same: the time gone explains it', () => {
  const comparison = compare([run({ seed: 1 })], [run({ seed: 2, downNs: [0.5 * second, 14.5 * second] })]);
  assert.deepEqual(differing(comparison), []);
  const cell = cellOf(comparison, 'both/single/glibc/busy', 2);
  assert.ok(Math.abs(cell.figures[0]?.differenceNs ?? 0) > margins.marginNs, 'the outage itself is beyond the margin');
});

test('a cell pushed beyond the margin is found, and no other', () => {
  const pushed = run({}, (journal) => failFrom(journal, 'both/single/musl/busy', 11.5, 4));
  const comparison = compare([plain], [pushed]);
  assert.equal(comparison.result, 'differs');
  assert.deepEqual(differing(comparison), ['both/single/musl/busy 2: outage, outage-at-1s, failed-lookups']);
  assert.equal(compare([pushed], [plain]).result, 'differs');
});

test('… within the margin it is the same', () => {
  const pushed = run({}, (journal) => failFrom(journal, 'both/single/musl/busy', 8.5, 1.5));
  assert.equal(compare([plain], [pushed]).result, 'same');
});

test('a set-up that no fault should touch differs by its first lost lookup', () => {
  const lost = run({}, (journal) => failFrom(journal, 'both/fallback-upstream/musl/busy', 20, 0.1));
  const comparison = compare([plain], [lost]);
  assert.deepEqual(differing(comparison), ['both/fallback-upstream/musl/busy 2: failed-lookups']);
  assert.equal(comparison.claims.find(({ name }) => name === 'independent-fallback')?.outcome, 'differs');
});

test('… and by a slowest lookup that the time gone would excuse elsewhere', () => {
  const slow = run({ downNs: [1.1 * second, 14 * second] }, (journal) =>
    change(journal, 'both/fallback-upstream/musl/busy', 18, 0.1, (lookup) => ({
      ...lookup,
      endNs: lookup.endNs + 1 * second,
    })),
  );
  const found = differing(compare([plain], [slow]));
  assert.deepEqual(found, ['both/fallback-upstream/musl/busy 2: slowest-lookup']);
});

test('an outage of few lost lookups is not judged, and neither is the slowest lookup where no claim bounds it', () => {
  const few = run({}, (journal) => failFrom(journal, 'link-local/ask-10.96.0.10/wire/busy', 2, 0.1));
  const one = (journal: Journal) => failFrom(journal, 'link-local/ask-10.96.0.10/wire/busy', 9, 0.1);
  const sparse = run({}, (journal) => one(failFrom(journal, 'link-local/ask-10.96.0.10/wire/busy', 2, 0.1)));
  const cell = cellOf(compare([few], [sparse]), 'link-local/ask-10.96.0.10/wire/busy', 2);
  assert.deepEqual(
    cell.figures.map(({ figure, outcome }) => [figure, outcome]),
    [
      ['outage', 'not-judged'],
      ['outage-at-1s', 'differs'],
      ['failed-lookups', 'same'],
      ['slowest-lookup', 'not-judged'],
    ],
  );
});

test('an outage that did not end on one side differs, however long the other', () => {
  const open = run({}, (journal) => failFrom(journal, 'both/single/musl/busy', 0, 60));
  const cell = cellOf(compare([plain], [open]), 'both/single/musl/busy', 2);
  const [outage] = cell.figures;
  assert.equal(outage?.outcome, 'differs');
  assert.equal(outage.after.median.most, Infinity);
});

test('the median of several runs counts, and their range is kept', () => {
  const odd = run({}, (journal) => failFrom(journal, 'both/single/musl/busy', 11.5, 4));
  const comparison = compare([plain, plain], [plain, odd, run({ seed: 3 })]);
  assert.equal(comparison.result, 'same');
  const after = cellOf(comparison, 'both/single/musl/busy', 2).figures[0]?.after;
  assert.equal(after?.runs, 3);
  assert.ok(after.range.most - after.median.most > 3 * second);
});

test('what was asked otherwise is not comparable, and says in what', () => {
  const comparison = compare([plain], [run({ intervalNs: 0.05 * second })]);
  assert.equal(comparison.result, 'incomplete');
  const cell = cellOf(comparison, 'both/single/glibc/busy', 1);
  assert.equal(cell.outcome, 'not-comparable');
  assert.equal(cell.why, 'asked otherwise: interval (100 ms before, 50 ms after)');
});

test('a cell of one side only, and one without a decided lookup, are not comparable', () => {
  const fewer = compare([plain], [run({ dnsConfigs: ['single', 'single-2s', 'fallback', 'fallback-upstream'] })]);
  assert.equal(cellOf(fewer, 'both/stock/glibc/busy', 2).why, 'only before');
  assert.equal(fewer.result, 'incomplete');
  const unsent = run({}, (journal) =>
    change(journal, 'both/single/musl/busy', -15, 60, (lookup) => ({ ...lookup, outcome: 'unsent', answers: [] })),
  );
  assert.equal(cellOf(compare([plain], [unsent], true), 'both/single/musl/busy', 2).why, 'no lookup is decided after');
});

test('runs that prove nothing are named and not used, unless told', () => {
  const busier = { intervalNs: 0.05 * second };
  const dirty = run({ ...busier, flaw: 'dirty-baseline' });
  const comparison = compare([run(busier)], [dirty]);
  assert.equal(comparison.result, 'incomplete');
  assert.match(comparison.after[0]?.leftOut ?? '', /DNS was not clean before the fault/);
  assert.equal(compare([run(busier)], [dirty], true).result, 'same');
  assert.match(compare([plain], [run({ flaw: 'aborted' })]).after[0]?.leftOut ?? '', /aborted/);
});

test('what else differs between the sides is said, and is no difference by itself', () => {
  const upgraded = run({}, (journal) => ({
    ...journal,
    head: { ...journal.head, cluster: { ...journal.head.cluster, kubernetesVersion: 'v1.38.0' } },
  }));
  const comparison = compare([plain], [upgraded]);
  assert.equal(comparison.result, 'same');
  assert.deepEqual(comparison.surroundings, [{ what: 'Kubernetes', before: ['v1.37.2'], after: ['v1.38.0'] }]);
});

test('a claim that was held to other limits is another claim', () => {
  const stricter = run({}, (journal) => ({
    ...journal,
    hypothesis: withThresholds(parseHypothesis(journal.hypothesis), { 'thresholds.overTimeout': 1_000_000 }),
  }));
  const comparison = compare([plain], [stricter]);
  const claim = comparison.claims.find(({ name }) => name === 'independent-fallback');
  assert.equal(claim?.outcome, 'not-comparable');
  assert.match(claim.why, /^held to other limits: .*thresholds\.overTimeout 2\.5 s.* before, .*2\.001 s.* after$/);
  assert.equal(comparison.result, 'incomplete');
});

test('where the end of the outage was not seen nothing is explained by it', () => {
  const unseen = (options: SyntheticOptions) =>
    run(options, (journal) => ({
      ...journal,
      nodeEvents: journal.nodeEvents.filter(({ event }) => event !== 'port-bound'),
    }));
  const comparison = compare([unseen({})], [unseen({ downNs: [1.1 * second, 15 * second] })], true);
  const cell = cellOf(comparison, 'both/single/glibc/busy', 2);
  assert.equal(cell.goneAfter, null);
  assert.equal(cell.outcome, 'differs');
});

function compare(before: readonly MeasuredRun[], after: readonly MeasuredRun[], all = false): Comparison {
  return compareRuns({ before, after, ...margins, all });
}

function run(options: SyntheticOptions = {}, edit: (journal: Journal) => Journal = (journal) => journal): MeasuredRun {
  const journal = edit(syntheticJournal({ ...small, ...options }));
  return measureRun('results/x', journal, judge(parseHypothesis(journal.hypothesis), journal));
}

/** Lookups of one probe that were due in a span, in seconds since the second kill. */
function change(
  journal: Journal,
  probe: string,
  fromS: number,
  forS: number,
  edit: (lookup: Observation) => Observation,
): Journal {
  const fromNs = syntheticPlan.startNs + (syntheticPlan.killsNs[1] + fromS * second);
  const changed = (journal.observations.get(probe) ?? []).map((lookup) =>
    lookup.dueNs >= fromNs && lookup.dueNs < fromNs + forS * second ? edit(lookup) : lookup,
  );
  return { ...journal, observations: new Map([...journal.observations, [probe, changed]]) };
}

function failFrom(journal: Journal, probe: string, fromS: number, forS: number): Journal {
  return change(journal, probe, fromS, forS, (lookup) => ({
    ...lookup,
    outcome: 'failed',
    answers: [],
    error: 'EAI_AGAIN',
  }));
}

function cellOf({ cells }: Comparison, probe: string, fault: number): CellComparison {
  const cell = cells.find((each) => each.probe === probe && each.fault === fault);
  assert.ok(cell !== undefined, `no cell ${probe} ${fault}`);
  return cell;
}

/** `probe fault: figures that differ`. */
function differing({ cells }: Comparison): readonly string[] {
  return cells
    .filter(({ outcome }) => outcome === 'differs')
    .map(({ probe, fault, figures }) => {
      const names = figures.filter(({ outcome }) => outcome === 'differs').map(({ figure }) => figure);
      return `${probe} ${fault}: ${names.join(', ')}`;
    });
}
