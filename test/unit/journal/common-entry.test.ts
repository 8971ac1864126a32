import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isCommonEntry } from '../../../lib/journal/common-entry.ts';
import { entrySchema, type Entry } from '../../../lib/journal/entry.ts';
import { checkRows } from '../../../lib/journal/lookup-batch.ts';
import { batchOf } from '../../support/lookup-batches.ts';
import { lookup, lookups } from '../../support/tiny-journal.ts';

const common: readonly Entry[] = [
  lookup(0, 0),
  lookup(1, 1, 'failed'),
  batchOf(lookups('.x-w'), 1e9),
  {
    type: 'response',
    probe: 'both/single/glibc/busy',
    atNs: 3,
    server: '10.96.0.10',
    from: 'elsewhere',
    queryAtNs: null,
    queryName: 'www.example.com',
    queryType: 'A',
    rcode: 'NOERROR',
    tcp: false,
  },
];

test('what nearly all lines are is known at a glance, and what it is', () => {
  for (const entry of common) assert.ok(isCommonEntry({ ...entry }), entry.type);
  assert.ok(isCommonEntry({ ...common[3], queryAtNs: 1 }));
  assert.ok(!isCommonEntry({ type: 'trouble', atNs: 1, what: 'gap', probe: null, message: '' }));
});

const odd = fc.oneof(
  fc.constantFrom(-1, 0.5, Infinity, 2 ** 53, '', 'failed', null, true, [], [1], ['a', 1], [['a']], {}),
  fc.jsonValue(),
);

const changed = fc
  .constantFrom(...common)
  .chain((entry) =>
    fc
      .tuple(fc.constantFrom(...Object.keys(entry), 'more'), odd, fc.boolean())
      .map(([key, value, drop]) =>
        Object.fromEntries(Object.entries({ ...entry, [key]: value }).filter(([each]) => !(drop && each === key))),
      ),
  );

test('nothing passes at a glance that the schema refuses, and what it takes passes', () => {
  fc.assert(
    fc.property(changed, (value) => {
      const takes = entrySchema.safeParse(value).success;
      const passes = isCommonEntry(value);
      if (value['type'] === 'lookups' && passes && !takes)
        assert.throws(() => {
          checkRows(value as never);
        }, RangeError);
      else assert.equal(passes, takes);
    }),
    { numRuns: 2000 },
  );
});
