import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mountOf } from '../../../lib/cluster/embedded/mount-of.ts';

const mounts = [
  'overlay / overlay rw 0 0',
  'tmpfs /tmp tmpfs rw,noexec 0 0',
  'disk /tmp/with\\040space ext4 rw 0 0',
  'later /tmp tmpfs rw,nosuid 0 0',
  '',
].join('\n');

test('a path lies on the deepest mount, and there on the latest', () => {
  assert.deepEqual(mountOf('/home', mounts), { path: '/', type: 'overlay', options: ['rw'] });
  assert.deepEqual(mountOf('/tmp/x', mounts)?.options, ['rw', 'nosuid']);
  assert.equal(mountOf('/tmpfile', mounts)?.path, '/');
  assert.equal(mountOf('/tmp/with space/x', mounts)?.type, 'ext4');
  assert.equal(mountOf('/', ''), undefined);
});
