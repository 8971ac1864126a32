import assert from 'node:assert/strict';
import { mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { readUntrusted } from '../../../lib/cluster/embedded/read-untrusted.ts';

test('a file is read; a symlink is not followed, and a pipe is not waited for', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'read-untrusted-'));
  const [file, link, pipe] = ['file', 'link', 'pipe'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(file, 'text');
  await symlink(file, link);
  await execa('mkfifo', [pipe]);
  assert.equal((await readUntrusted(file)).toString(), 'text');
  await assert.rejects(readUntrusted(link), /ELOOP/);
  await assert.rejects(readUntrusted(pipe), /pipe is no file/);
});
