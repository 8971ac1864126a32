import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { collectJournal } from '../../../lib/journal/collect-journal.ts';
import type { Entry } from '../../../lib/journal/entry.ts';
import { JournalError } from '../../../lib/journal/journal-error.ts';
import { observationsOf } from '../../../lib/journal/lookup-batch.ts';
import { parseJournal } from '../../../lib/journal/parse-journal.ts';
import { batchOf, inBatches } from '../../support/lookup-batches.ts';
import { syntheticEntries } from '../../support/synthetic-journal.ts';
import { asSeen, lookup, lookups, tinyEntries } from '../../support/tiny-journal.ts';

const second = 1_000_000_000;
const linesOf = (entries: Iterable<Entry>) => Array.from(entries, (entry) => JSON.stringify(entry));

test('a journal with several lookups in one line is the journal with a line for each', () => {
  const entries = syntheticEntries({ intervalNs: 500_000_000, claims: 'wrong', flaw: 'gap' });
  const expected = asSeen(collectJournal(entries));
  for (const size of [1, 3, 1000]) {
    const batched = [...inBatches(entries, size)];
    const read = asSeen(parseJournal(linesOf(batched)));
    assert.deepEqual(read, { ...expected, head: { ...expected.head, schema: 2 } });
    assert.deepEqual(asSeen(collectJournal(batched)), read);
  }
});

const anyLookups = fc.uniqueArray(
  fc.record({
    seq: fc.nat(200),
    outcome: fc.constantFrom('answered', 'failed', 'abandoned', 'unsent'),
    late: fc.integer({ min: 0, max: 3000 }),
    took: fc.integer({ min: 0, max: 40_000 }),
  }),
  { selector: ({ seq }) => seq, maxLength: 60 },
);

test('whatever lookups are put into batches, in whatever order, come out of them', () => {
  fc.assert(
    fc.property(anyLookups, fc.integer({ min: 1, max: 20 }), (made, size) => {
      const observations = made.map(({ seq, outcome, late, took }) =>
        lookup(seq, seq, outcome, { late: late / 1000, took: took / 1000 }),
      );
      const read = parseJournal(linesOf(inBatches(tinyEntries(...observations), size)));
      const inOrder = observations.toSorted((a, b) => a.seq - b.seq);
      assert.deepEqual(read.observations.get('both/single/glibc/busy') ?? [], inOrder);
    }),
  );
});

test('a batch may be doubled or missing in part, as a line may', () => {
  const all = lookups('..xx..');
  const batches = [batchOf(all.slice(0, 3), second), batchOf(all.slice(2, 4), second), batchOf(all.slice(5), second)];
  const { observations, troubles } = parseJournal(linesOf(tinyEntries(...batches)));
  assert.deepEqual(
    observations.get('both/single/glibc/busy')?.map(({ seq }) => seq),
    [0, 1, 2, 3, 5],
  );
  assert.deepEqual(
    troubles.map(({ what }) => what),
    ['stream', 'gap'],
  );
});

test('batches whose due times run backwards are refused', () => {
  const all = lookups('....');
  const moved = { ...batchOf(all.slice(2), second), dueNs: 5 };
  assert.throws(
    () => parseJournal(linesOf(tinyEntries(batchOf(all.slice(0, 2), second), moved))),
    /time runs backwards in the journal: lookup 2 of both\/single\/glibc\/busy was due before lookup 1/,
  );
});

const whole = batchOf(lookups('.x-w'), second);
const damaged: Readonly<Record<string, readonly [Readonly<Record<string, unknown>>, RegExp]>> = {
  'a row that is cut off': [{ rows: whole.rows.slice(0, -1) }, /"rows": a batch of 15 numbers is cut off in a row/],
  'a result that is not there': [{ results: whole.results.slice(1) }, /"rows": a row of a batch has result 1 of 1/],
  'a result below those that mean something': [{ rows: [0, 0, 0, -3] }, /"rows": a row of a batch has result -3 of 2/],
  'half a result': [{ rows: [0, 0, 0, 0.5] }, /"rows": a row of a batch has result 0\.5 of 2/],
  'a lookup before the first': [{ rows: [0, 0, 0, 0, -1, 0, 0, 0] }, /"rows": row 1 of a batch has a number/],
  'half a lookup': [{ rows: [0.5, 0, 0, 0] }, /"rows": row 0 of a batch has a number that can't be/],
  'a lookup that began before it was due': [{ rows: [0, -1, 0, 0] }, /"rows": row 0 of a batch has a number/],
  'a lookup that ends before it starts': [{ rows: [0, 0, -1, 0] }, /"rows": row 0 of a batch has a number/],
  'a fraction of a nanosecond': [{ rows: [0, 0, 1.5, 0] }, /"rows": row 0 of a batch has a number/],
  'a row of words': [{ rows: ['0', 0, 0, 0] }, /"rows": row 0 of a batch has a number/],
  'no rows': [{ rows: undefined }, /"rows": Invalid input: expected array/],
  'a number as result': [{ results: [1] }, /"results\.0": Invalid input/],
  'an interval of 0': [{ intervalNs: 0 }, /"intervalNs": Too small/],
  'a fraction of a number': [{ seq: 0.5 }, /"seq": Invalid input: expected int/],
  'an unknown key': [{ more: 1 }, /no valid lookups: Unrecognized key: "more"/],
};

for (const [name, [change, says]] of Object.entries(damaged)) {
  test(`a batch with ${name} is damaged, and told with its line`, () => {
    const lines = [...linesOf(tinyEntries(whole)), JSON.stringify({ ...whole, ...change })];
    assert.throws(
      () => parseJournal(lines),
      (error) =>
        error instanceof JournalError &&
        error.line === 4 &&
        error.message.startsWith('line 4 of the journal is no valid lookups') &&
        says.test(error.message),
    );
  });
}

test('a batch is taken apart in its order', () => {
  const mixed = lookups('.x-ws').toReversed();
  assert.deepEqual(observationsOf(batchOf(mixed, second)), mixed);
});
