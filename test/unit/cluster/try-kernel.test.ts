import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf, tryKernel } from '../../../lib/cluster/embedded/try-kernel.ts';

test('what the kernel refused is named by the last step that was begun', () => {
  assert.match(
    refusalOf('proc\nsysctl\ntmpfs\noverlay\n', 'mount: /tmp/all: unknown filesystem type overlay.\n  more\n'),
    /^the embedded cluster needs overlay mounts, which this kernel or container refuses \(mount: .* overlay\.\): modprobe overlay, or boot/,
  );
  assert.match(
    refusalOf('', 'unshare: unshare failed: Operation not permitted'),
    /needs new PID, network, .* namespaces/,
  );
  assert.match(refusalOf('', '', 'ENOENT'), /needs the command unshare/);
});

test('nothing of what was tried stays', { skip: process.getuid?.() === 0 ? false : 'needs root' }, async () => {
  assert.equal(await tryKernel(AbortSignal.timeout(30_000)), null);
});
