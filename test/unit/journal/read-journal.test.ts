import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { collectJournal } from '../../../lib/journal/collect-journal.ts';
import { compressJournal } from '../../../lib/journal/compress-journal.ts';
import { JournalError } from '../../../lib/journal/journal-error.ts';
import { JournalWriter } from '../../../lib/journal/journal-writer.ts';
import { parseJournal } from '../../../lib/journal/parse-journal.ts';
import { readJournal } from '../../../lib/journal/read-journal.ts';
import { lookups, tinyEntries } from '../../support/tiny-journal.ts';

const end = { type: 'phase', atNs: 86_500e9, phase: 'end', fault: null } as const;
const entries = [...tinyEntries(...lookups('..xx..')), end];
const lines = entries.map((entry) => JSON.stringify(entry));

test('a journal is read plain and compressed alike', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  await writeFile(path, `${lines.join('\n')}\n`);

  assert.deepEqual(await readJournal(path), collectJournal(entries));
  const compressed = await compressJournal(path);
  assert.equal(compressed, `${path}.gz`);
  assert.deepEqual(await readJournal(compressed), await readJournal(path));
});

test('a journal whose recorder was killed says so, wherever it was cut', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  for (const [ending, says] of [
    ['{"type":"observa', /its last line, 9, is cut off after 16 bytes/],
    ['', /the journal has no end/],
  ] as const) {
    await writeFile(path, `${[...lines.slice(0, -1), ''].join('\n')}${ending}`);
    const { troubles, observations } = await readJournal(path);
    assert.equal(troubles.at(-1)?.what, 'aborted');
    assert.match(troubles.at(-1)?.message ?? '', says);
    assert.equal(observations.get('both/single/glibc/busy')?.length, 6);
  }
});

test('a journal that was closed is held to its seal', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  const writer = new JournalWriter(path);
  for (const entry of tinyEntries(...lookups('..xx..'))) writer.append(entry);
  writer.close();
  await readJournal(path);
  const sealed = await readFile(path, 'utf8');
  const written = sealed.split('\n');
  for (const [tampered, says] of [
    [
      sealed.replace('"answered"', '"failed"'),
      /does not match the seal on its last line: one of its lines was changed/,
    ],
    [written.toSpliced(4, 1).join('\n'), /it has 7 lines, and 8 were written/],
    [written.toSpliced(4, 0, written[4] ?? '').join('\n'), /it has 9 lines, and 8 were written/],
    [written.toSpliced(4, 2, written[5] ?? '', written[4] ?? '').join('\n'), /one of its lines was changed/],
    [`${sealed}${written[4] ?? ''}\n`, /line 10 of the journal stands after its seal/],
  ] as const) {
    await writeFile(path, tampered);
    await assert.rejects(readJournal(path), says);
  }
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
  'a damaged line': { lines: [...lines, '{"type":'], says: /line 10 of the journal is damaged/, line: 10 },
  'an unknown type': {
    lines: [...lines, '{"type":"rumour"}'],
    says: /line 10 of the journal has the unknown type "rumour"/,
    line: 10,
  },
  'a line without a type': { lines: [...lines, '[]'], says: /line 10 of the journal says no type/, line: 10 },
  'a second head': { lines: [...lines, lines[0] ?? ''], says: /line 10 of the journal is a second head/, line: 10 },
  'a wrong value': {
    lines: [...lines, (lines[2] ?? '').replace('"answered"', '"maybe"')],
    says: /line 10 of the journal is no valid observation at "outcome"/,
    line: 10,
  },
  'an unknown key': {
    lines: [...lines, (lines[2] ?? '').replace('"seq"', '"sequence"')],
    says: /line 10 of the journal is no valid observation/,
    line: 10,
  },
  'a lookup that ends before it starts': {
    lines: [...lines, (lines[3] ?? '').replace(/"endNs":\d+/, '"endNs":1')],
    says: /line 10 of the journal runs backwards: lookup 1 ends before it starts/,
    line: 10,
  },
  'a newer schema': {
    lines: [(lines[0] ?? '').replace('"schema":1', '"schema":3'), ...lines.slice(1)],
    says: /line 1 of the journal has schema 3, and this version reads schema 1 and 2: use the version that wrote it \(0\.1\.0\)/,
    line: 1,
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

test('due times that run backwards are refused', () => {
  const [first = '', second = '', ...others] = lines.slice(2);
  const dueNs = (line: string) => Number(/"dueNs":(\d+)/.exec(line)?.[1]);
  const swapped = second.replace(`"dueNs":${dueNs(second)}`, `"dueNs":${dueNs(first)}`);
  assert.throws(
    () => parseJournal([...lines.slice(0, 2), first, swapped, ...others]),
    /time runs backwards in the journal: lookup 1 of both\/single\/glibc\/busy was due before lookup 0/,
  );
});
