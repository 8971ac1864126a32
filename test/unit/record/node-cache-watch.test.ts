import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../lib/journal/entry.ts';
import { watchNodeCache } from '../../../lib/record/node-cache-watch.ts';
import { fakeNodeCache } from '../../support/fake-node-cache.ts';

test('containers that start and changes of readiness are noted once, on sites only', async () => {
  const at = { uid: 'pod-a', node: 'a', containerId: 'c0' };
  await using nodeCache = await fakeNodeCache(at, { uid: 'other', node: 'elsewhere', containerId: 'x' });
  const notes: string[] = [];
  const append = (entry: Entry) => {
    assert.ok(entry.type === 'node');
    notes.push(
      `${entry.site} ${entry.event} ${String(entry.detail['containerId'] ?? '')}${String(entry.detail['restarts'] ?? '')}`.trim(),
    );
  };
  const stop = watchNodeCache(nodeCache.tracker, [{ name: 'both', node: 'a' }], append);
  nodeCache.set(at);
  nodeCache.set({ ...at, state: 'waiting', restarts: 1 });
  nodeCache.set({ ...at, containerId: 'c1', restarts: 1 });
  await nodeCache.tracker.waitFor(() => (notes.length >= 5 ? true : null), {
    what: 'five notes',
    deadlineNs: 2e9,
    signal: AbortSignal.timeout(5000),
  });
  assert.deepEqual(notes, [
    'both container-started c00',
    'both pod-ready',
    'both pod-not-ready',
    'both container-started c11',
    'both pod-ready',
  ]);
  stop();
});
