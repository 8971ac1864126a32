import assert from 'node:assert/strict';
import { appendFile, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { JournalTail } from '../../../fixtures/journal-tail.ts';
import { batchOf } from '../../support/lookup-batches.ts';
import { lookups, tinyEntries } from '../../support/tiny-journal.ts';

test('who follows a journal sees what is new, lookups in batches too, and nothing of a damaged one', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  const first = tinyEntries(batchOf(lookups('..x'), 1e9));
  await writeFile(path, first.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  using tail = new JournalTail(path);
  assert.deepEqual(tail.read(), first);
  assert.deepEqual(tail.read(), []);

  const damaged = { ...batchOf(lookups('x'), 1e9), rows: [0, 0, 0, 7] };
  const good = batchOf(lookups('.w'), 1e9);
  const text = JSON.stringify(good);
  await appendFile(path, `${JSON.stringify(damaged)}\n${text.slice(0, 50)}`);
  assert.deepEqual(tail.read(), []);
  await appendFile(path, `${text.slice(50)}\n`);
  assert.deepEqual(tail.read(), [good]);
});
