import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskRefusal } from '../../../lib/cluster/embedded/enough-disk.ts';

const cache = { folder: '/home/me/.cache/nodelocal-drill', wayOut: 'move it' };
const build = { ...cache, bytes: 4.5e9, why: 'building Kubernetes' };
const modules = { folder: '/home/me/go', bytes: 1.3e9, why: 'Go modules', wayOut: 'make room' };

test('needs on one filesystem add up, on two they do not', () => {
  const disk = { device: 1, freeBytes: 5e9 };
  assert.equal(
    diskRefusal([
      { ...modules, ...disk },
      { ...build, ...disk },
    ]),
    '/home/me/.cache/nodelocal-drill has 5.0 GB free, and 5.8 GB are needed there (building Kubernetes 4.5 GB, Go modules 1.3 GB): move it',
  );
  assert.equal(
    diskRefusal([
      { ...modules, device: 2, freeBytes: 1.3e9 },
      { ...build, ...disk },
    ]),
    null,
  );
  assert.match(
    String(
      diskRefusal([
        { ...build, ...disk },
        { ...modules, device: 2, freeBytes: 80e6 },
      ]),
    ),
    /^\/home\/me\/go has 80 MB free/,
  );
});
