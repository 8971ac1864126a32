import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheTable } from '../../../lib/cli/cache-command.ts';
import type { CacheEntry } from '../../../lib/cluster/embedded/cache-contents.ts';
import { removable } from '../../../lib/cluster/embedded/clear-cache.ts';

const entry = (name: string, state: CacheEntry['state'], by: string | null = null): CacheEntry => ({
  path: `/cache/programs/${name}`,
  what: 'programs',
  bytes: 276e6,
  state,
  by,
});
const [now, old] = [entry('now', 'current'), entry('old', 'stale')];
const [busy, made] = [entry('busy', 'in use', 'cluster "x"'), entry('made', 'building', 'process 7')];

test('stale entries may go at any time, all only while nothing is built and nothing runs from them', () => {
  assert.deepEqual(removable([now, old, busy, made], true), [old]);
  assert.deepEqual(removable([now, old], false), [now, old]);
  assert.throws(() => removable([now, busy], false), {
    message: /cluster "x" runs from \/cache\/programs\/busy.*cluster down/,
  });
  assert.throws(() => removable([now, made], false), { message: /process 7 is building \/cache\/programs\/made/ });
});

test('the table says what is stale, and how to be rid of it', () => {
  assert.equal(
    cacheTable('/cache', [now, busy, old]),
    `/cache
  276 MB  programs/now                programs: current
  276 MB  programs/busy               programs: in use (cluster "x")
  276 MB  programs/old                programs: stale
  828 MB  in all, of which 276 MB stale: npx nodelocal-drill cache clear --stale
`,
  );
});
