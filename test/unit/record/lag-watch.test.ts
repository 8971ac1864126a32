import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../lib/journal/entry.ts';
import { lagWatch } from '../../../lib/record/lag-watch.ts';

test('a journal that lags is said once, and again when it was good in between', () => {
  const said: number[] = [];
  let nowNs = 0;
  const watch = lagWatch(
    (entry) => {
      if (entry.type === 'node') said.push(Number(entry.detail['behindMs']));
    },
    () => nowNs,
  );
  watch({ type: 'probe', probe: 'p', site: 'both', node: 'n' } as Entry);
  const arrives = (endNs: number, atNs: number) => {
    nowNs = atNs;
    watch({ type: 'lookups', probe: 'p', seq: 0, dueNs: endNs - 1, intervalNs: 1, results: [], rows: [0, 0, 1, -2] });
  };
  arrives(1e9, 2.4e9);
  assert.deepEqual(said, []);
  arrives(1e9, 4e9);
  arrives(1e9, 9e9);
  assert.deepEqual(said, [3000]);
  arrives(9e9, 10e9);
  arrives(9e9, 13e9);
  assert.deepEqual(said, [3000, 4000]);
});
