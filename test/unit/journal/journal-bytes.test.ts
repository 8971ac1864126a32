import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { collectJournal } from '../../../lib/journal/collect-journal.ts';
import { JournalBytes } from '../../../lib/journal/journal-bytes.ts';
import { JournalWriter } from '../../../lib/journal/journal-writer.ts';
import { readJournal } from '../../../lib/journal/read-journal.ts';
import { inBatches } from '../../support/lookup-batches.ts';
import { lookups, tinyEntries } from '../../support/tiny-journal.ts';

/** With a letter of several bytes, so that a cut can go through it. */
const told = { type: 'trouble', atNs: 9, what: 'agent', probe: null, message: 'žlutý kůň ✓' } as const;
const entries = [...inBatches(tinyEntries(told, ...lookups('..xs-w..')), 3)];
const expected = collectJournal(entries);

test('a journal that comes in two chunks is the same, wherever the cut is', async () => {
  const bytes = await sealed();
  for (let cut = 0; cut <= bytes.length; cut++)
    assert.deepEqual(read(bytes.subarray(0, cut), bytes.subarray(cut)), expected, `cut after ${cut} bytes`);
});

test('a journal that comes byte by byte, with nothing in between, is the same', async () => {
  const bytes = await sealed();
  assert.deepEqual(read(...Array.from(bytes, (byte) => Buffer.of(byte))), expected);
});

test('what was cut off is told the same, in however many chunks the rest comes', async () => {
  const bytes = await sealed();
  const whole = bytes.lastIndexOf('{"type":"lookups"');
  for (const end of [whole, whole + 9, bytes.length - 1]) {
    const [last] = read(bytes.subarray(0, end)).troubles.slice(-1);
    assert.equal(last?.what, 'aborted');
    for (let cut = 0; cut <= end; cut += 7)
      assert.deepEqual(read(bytes.subarray(0, cut), bytes.subarray(cut, end)).troubles.at(-1), last);
  }
  assert.throws(() => read(bytes.subarray(0, 30), bytes.subarray(30, 50)), /cut off in its first line, after 50 bytes/);
  assert.throws(() => read(Buffer.from('hel'), Buffer.from('lo')), /the journal is empty/);
});

test('a chunk may be used again as soon as it was taken', async () => {
  const bytes = await sealed();
  const journal = new JournalBytes();
  const chunk = Buffer.alloc(100);
  for (let from = 0; from < bytes.length; from += chunk.length)
    journal.add(chunk.subarray(0, bytes.copy(chunk, 0, from)));
  assert.deepEqual(journal.journal(), expected);
});

test('a seal is held to what stands before it, whichever chunk that came in', async () => {
  const bytes = await sealed();
  const changed = Buffer.from(bytes.toString('utf8').replace('žlutý', 'bílý'));
  for (let cut = 0; cut <= changed.length; cut += 13)
    assert.throws(() => read(changed.subarray(0, cut), changed.subarray(cut)), /one of its lines was changed/);
});

test('a compressed journal may have several members, as those have that were put together', async () => {
  const bytes = await sealed();
  await using file = await fileOf(gzipSync(bytes.subarray(0, 777)), gzipSync(bytes.subarray(777)));
  assert.deepEqual(await readJournal(file.path), expected);
});

test('damaged compression is told before what it did to the lines', async () => {
  const packed = gzipSync(await sealed());
  await using cut = await fileOf(packed.subarray(0, -30));
  await assert.rejects(readJournal(cut.path), /compressed journal is damaged or cut off: unexpected end of file/);
  const wrongSum = Buffer.concat([packed.subarray(0, -8), Buffer.alloc(4), packed.subarray(-4)]);
  await using damaged = await fileOf(wrongSum);
  await assert.rejects(readJournal(damaged.path), /compressed journal is damaged or cut off: incorrect data check/);
  // So long that its first lines are read long before its last bytes are unpacked.
  const filler = `${JSON.stringify(lookups('.')[0])}\n`.repeat(20_000);
  const nonsense = gzipSync(`${JSON.stringify(entries[0])}\nnonsense\n${filler}`);
  await using after = await fileOf(nonsense);
  await assert.rejects(readJournal(after.path), { line: 2 });
  await using both = await fileOf(Buffer.concat([nonsense.subarray(0, -8), Buffer.alloc(4), nonsense.subarray(-4)]));
  await assert.rejects(readJournal(both.path), /compressed journal is damaged/);
});

function read(...chunks: readonly Buffer[]) {
  const journal = new JournalBytes();
  for (const chunk of chunks) journal.add(chunk);
  return journal.journal();
}

/** As the recorder writes it. */
async function sealed(): Promise<Buffer> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson');
  const writer = new JournalWriter(path);
  for (const entry of entries) writer.append(entry);
  writer.close();
  return await readFile(path);
}

async function fileOf(...parts: readonly Buffer[]) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const path = join(folder.path, 'journal.ndjson.gz');
  await writeFile(path, Buffer.concat(parts));
  return { path, [Symbol.asyncDispose]: () => folder.remove() };
}
