import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { collectJournal } from '../../../lib/journal/collect-journal.ts';
import { JournalError } from '../../../lib/journal/journal-error.ts';
import { asSeen, lookup, lookups, tinyEntries, tinyJournal } from '../../support/tiny-journal.ts';

test('a complete record has no trouble', () => {
  const journal = tinyJournal(...lookups('....'));
  assert.deepEqual(journal.troubles, []);
  assert.equal(journal.observations.get('both/single/glibc/busy')?.length, 4);
});

test('the order of the lines does not matter', () => {
  const observations = lookups('..xx.s-w..');
  const expected = asSeen(tinyJournal(...observations));
  fc.assert(
    fc.property(fc.shuffledSubarray(observations, { minLength: observations.length }), (shuffled) => {
      assert.deepEqual(asSeen(tinyJournal(...shuffled)), expected);
    }),
  );
});

test('whatever the order and however often a lookup is told, the first line of each counts, in order', () => {
  const outcomes = fc.constantFrom('answered' as const, 'failed' as const, 'abandoned' as const, 'unsent' as const);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(40), outcomes), { maxLength: 120 }), (told) => {
      const observations = told.map(([seq, outcome]) => lookup(seq, seq, outcome));
      const firsts = observations.filter(({ seq }, at) => observations.findIndex((other) => other.seq === seq) === at);
      const kept = tinyJournal(...observations).observations.get('both/single/glibc/busy') ?? [];
      assert.deepEqual(
        kept,
        firsts.sort((a, b) => a.seq - b.seq),
      );
    }),
  );
});

test('of a lookup that was recorded twice the first line counts, and it is a trouble', () => {
  const journal = tinyJournal(lookup(0, 0), lookup(1, 1, 'failed'), lookup(1, 1, 'answered'), lookup(2, 2));
  const kept = journal.observations.get('both/single/glibc/busy');
  assert.deepEqual(
    kept?.map(({ outcome }) => outcome),
    ['answered', 'failed', 'answered'],
  );
  assert.equal(journal.troubles[0]?.what, 'stream');
  assert.match(journal.troubles[0].message, /recorded twice, the first is number 1/);
});

test('a hole in a record is a trouble, unless the recorder told of it', () => {
  const holed = [lookup(0, 0), lookup(1, 1), lookup(4, 4)];
  const journal = tinyJournal(...holed);
  assert.equal(journal.troubles[0]?.what, 'gap');
  assert.match(journal.troubles[0].message, /2 of the 5 lookups .* missing, the first is number 2/);

  const told = {
    type: 'trouble',
    atNs: 9,
    what: 'gap',
    probe: 'both/single/glibc/busy',
    message: 'log rotated',
  } as const;
  assert.deepEqual(tinyJournal(...holed, told).troubles, [told]);
});

test('a journal begins with its head, and has one', () => {
  const [head, probe] = tinyEntries();
  assert.ok(head !== undefined && probe !== undefined);
  assert.throws(() => collectJournal([]), JournalError);
  assert.throws(() => collectJournal([probe, head]), /begins with its head, not with "probe"/);
  assert.throws(() => collectJournal([head, head]), /second head/);
  assert.throws(() => collectJournal([head, probe, probe]), /twice/);
});

test('lookups of an unknown probe are no journal', () => {
  const [head] = tinyEntries();
  assert.ok(head !== undefined);
  assert.throws(() => collectJournal([head, lookup(0, 0)]), /no probe of that name/);
});
