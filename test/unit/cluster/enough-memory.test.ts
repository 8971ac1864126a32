import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRefusal } from '../../../lib/cluster/embedded/enough-memory.ts';

test('more nodes need more memory, and a build needs more than a small cluster', () => {
  assert.equal(memoryRefusal({ nodes: 3, mustBuild: true }, 8e9), null);
  assert.match(
    String(memoryRefusal({ nodes: 3, mustBuild: false }, 1e9)),
    /of 3 nodes needs .* GB of memory, and 1\.0 GB is available.*fewer nodes/,
  );
  assert.match(String(memoryRefusal({ nodes: 40, mustBuild: false }, 8e9)), /of 40 nodes needs/);
  assert.match(
    String(memoryRefusal({ nodes: 1, mustBuild: true }, 3e9)),
    /building Kubernetes needs .*cluster\.embedded\.programs/,
  );
  assert.equal(memoryRefusal({ nodes: 1, mustBuild: false }, 3e9), null);
});
