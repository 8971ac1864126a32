import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { compressJournal } from '../../../lib/journal/compress-journal.ts';
import { JournalError } from '../../../lib/journal/journal-error.ts';
import { parseJournal } from '../../../lib/journal/parse-journal.ts';
import { readJournal } from '../../../lib/journal/read-journal.ts';
import { lookups, tinyEntries, tinyJournal } from '../../support/tiny-journal.ts';

const lines = tinyEntries(...lookups('..xx..')).map((entry) => JSON.stringify(entry));

test('a journal is read plain and compressed alike', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  await writeFile(path, `${lines.join('\n')}\n`);

  assert.deepEqual(await readJournal(path), tinyJournal(...lookups('..xx..')));
  const compressed = await compressJournal(path);
  assert.equal(compressed, `${path}.gz`);
  assert.deepEqual(await readJournal(compressed), await readJournal(path));
});

test('a cut-off last line is named', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  await writeFile(path, `${lines.join('\n')}\n{"type":"observa`);
  await assert.rejects(readJournal(path), (error) => {
    assert.ok(error instanceof JournalError);
    assert.equal(error.line, lines.length + 1);
    assert.match(error.message, /journal\.ndjson: line 9 of the journal is cut off/);
    return true;
  });
});

test('a cut-off compressed journal is named', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  await writeFile(path, `${lines.join('\n')}\n`);
  const compressed = await compressJournal(path);
  const bytes = await readFile(compressed);
  await writeFile(compressed, bytes.subarray(0, bytes.length - 20));
  await assert.rejects(readJournal(compressed), /compressed journal is damaged or cut off/);
});

const damaged: Readonly<
  Record<string, { readonly lines: readonly string[]; readonly says: RegExp; readonly line: number }>
> = {
  'a damaged line': { lines: [...lines, '{"type":'], says: /line 9 of the journal is damaged/, line: 9 },
  'an unknown type': {
    lines: [...lines, '{"type":"rumour"}'],
    says: /line 9 of the journal has the unknown type "rumour"/,
    line: 9,
  },
  'a line without a type': { lines: [...lines, '[]'], says: /line 9 of the journal says no type/, line: 9 },
  'a second head': { lines: [...lines, lines[0] ?? ''], says: /line 9 of the journal is a second head/, line: 9 },
  'a wrong value': {
    lines: [...lines, (lines[2] ?? '').replace('"answered"', '"maybe"')],
    says: /line 9 of the journal is no valid observation at "outcome"/,
    line: 9,
  },
  'an unknown key': {
    lines: [...lines, (lines[2] ?? '').replace('"seq"', '"sequence"')],
    says: /line 9 of the journal is no valid observation/,
    line: 9,
  },
  'something else': { lines: ['hello'], says: /this is no journal/, line: 1 },
  'no head': { lines: lines.slice(1), says: /this is no journal: line 1 is not a head/, line: 1 },
};

for (const [name, { lines: broken, says, line }] of Object.entries(damaged)) {
  test(`${name} is told in one sentence with its line`, () => {
    assert.throws(
      () => parseJournal(broken),
      (error) => error instanceof JournalError && error.line === line && says.test(error.message),
    );
  });
}

test('an empty file is no journal', () => {
  assert.throws(() => parseJournal([]), /the journal is empty/);
});
