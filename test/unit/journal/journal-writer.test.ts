import assert from 'node:assert/strict';
import fs, { readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { JournalError } from '../../../lib/journal/journal-error.ts';
import { JournalWriter } from '../../../lib/journal/journal-writer.ts';
import { readJournal } from '../../../lib/journal/read-journal.ts';
import { lookups, tinyEntries, tinyJournal } from '../../support/tiny-journal.ts';

test('what is appended is read again, in the same order', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  using writer = new JournalWriter(path);
  for (const entry of tinyEntries(...lookups('..xs-w..'))) writer.append(entry);
  writer.close();
  assert.deepEqual(await readJournal(path), tinyJournal(...lookups('..xs-w..')));
});

test('an entry is on disk 250 ms later, without a close', async (t) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  t.mock.timers.enable({ apis: ['setTimeout'] });
  using writer = new JournalWriter(path);
  const entries = tinyEntries();
  for (const entry of entries) writer.append(entry);
  t.mock.timers.tick(249);
  assert.equal(readFileSync(path, 'utf8'), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
});

test('a journal that exists is not touched', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  new JournalWriter(path).close();
  assert.throws(() => new JournalWriter(path), /EEXIST/);
});

test('a failed write surfaces at the next append and at the end', async (t) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const [head] = tinyEntries();
  assert.ok(head !== undefined);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const writer = new JournalWriter(join(folder.path, 'journal.ndjson'));
  const write = t.mock.method(fs, 'writeSync', () => {
    throw new Error('ENOSPC: no space left on device');
  });
  syncBuiltinESMExports();
  try {
    writer.append(head);
    t.mock.timers.tick(249);
    assert.throws(() => {
      writer.append(head);
    }, /could not be written: ENOSPC/);
    assert.throws(() => {
      writer.close();
    }, JournalError);
  } finally {
    write.mock.restore();
    syncBuiltinESMExports();
  }
});

test('a short write is completed', async (t) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  const writer = new JournalWriter(path);
  const original = fs.writeSync;
  const write = t.mock.method(fs, 'writeSync', (fd: number, bytes: Buffer, offset: number) =>
    original(fd, bytes, offset, Math.min(7, bytes.length - offset)),
  );
  syncBuiltinESMExports();
  try {
    for (const entry of tinyEntries()) writer.append(entry);
    writer.close();
  } finally {
    write.mock.restore();
    syncBuiltinESMExports();
  }
  assert.deepEqual(await readJournal(path), tinyJournal());
});

test('nothing is appended after the close', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const [head] = tinyEntries();
  assert.ok(head !== undefined);
  const writer = new JournalWriter(join(folder.path, 'journal.ndjson'));
  writer.close();
  writer.close();
  assert.throws(() => {
    writer.append(head);
  }, /is closed/);
});
