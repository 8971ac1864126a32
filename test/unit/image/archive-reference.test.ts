import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { archiveReference } from '../../../lib/image/archive-reference.ts';
import { writeImageArchive } from '../../../lib/image/image-archive.ts';

test('the name of an image is read from its archive', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'archive-'));
  const out = join(dir.path, 'image.tar');
  const files = [{ path: '/hello', text: 'hello' }];
  await writeImageArchive({ reference: 'localhost/some/name:1.2', files, entrypoint: ['/hello'], out });
  assert.equal(await archiveReference(out), 'localhost/some/name:1.2');
});

test('a file that is no image archive is refused by its path', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'archive-'));
  const path = join(dir.path, 'no.tar');
  await writeFile(path, 'nothing of the kind');
  await assert.rejects(archiveReference(path), /no\.tar is no image archive/);
});
