import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { JournalWriter } from '../../../lib/journal/journal-writer.ts';
import { syntheticEntries } from '../../support/synthetic-journal.ts';
import type { BadInput } from '../bad-input.ts';

const rejudge = (folder: string) => ['rejudge', join(folder, 'run')];

/** Run folders and journals that are none, or not any more what they were. */
export const journalInputs: readonly BadInput[] = [
  { name: 'a run that is not there', args: rejudge, says: ['there is no folder $FOLDER/run', 'results/2'] },
  {
    name: 'a file as run',
    args: rejudge,
    prepare: async (folder) => writeFile(join(folder, 'run'), ''),
    says: ['$FOLDER/run is a file: name the folder of the run'],
  },
  {
    name: 'a folder that is no run',
    args: rejudge,
    prepare: async (folder) => {
      await mkdir(join(folder, 'run/some/where'), { recursive: true });
    },
    says: ['$FOLDER/run is no run', 'journal.ndjson'],
  },
  journal('an empty journal', () => '', ['the journal is empty']),
  journal('a journal that is something else', () => 'hello\nworld\n', ['this is no journal: line 1 is not a head']),
  journal('a journal that is cut off in its first line', (text) => text.slice(0, 100), [
    'the journal is cut off in its first line, after 100 bytes',
  ]),
  journal('a line that is damaged', (text) => text.replace('"outcome":"answered"', '"outcome":"answ'), [
    'line ',
    'is damaged',
  ]),
  journal('an outcome that is none', (text) => text.replace('"answered"', '"maybe"'), [
    'is no valid observation at "outcome"',
  ]),
  journal(
    'an entry of an unknown kind',
    lines((all) => all.toSpliced(5, 0, '{"type":"rumour"}')),
    ['line 6 of the journal has the unknown type "rumour"'],
  ),
  journal('a verdict that was helped', (text) => text.replace(/"outcome":"failed"/g, '"outcome":"answered"'), [
    'does not match the seal on its last line: one of its lines was changed',
  ]),
  journal(
    'a lookup that is missing',
    lines((all) => all.toSpliced(all.length - 9, 1)),
    ['does not match the seal', 'lines, and'],
  ),
  journal(
    'a line that is doubled',
    lines((all) => all.toSpliced(50, 0, all[50] ?? '')),
    ['does not match the seal', 'lines, and'],
  ),
  journal('a lookup that ends before it starts', (text) => text.replace(/"endNs":\d+/, '"endNs":1'), [
    'runs backwards',
    'ends before it starts',
  ]),
  journal('a journal of a later version', (text) => text.replace('"schema":1', '"schema":7'), [
    'line 1 of the journal has schema 7, and this version reads schema 1',
    'use the version that wrote it',
  ]),
  {
    name: 'a compressed journal that is cut off',
    args: rejudge,
    prepare: async (folder) => {
      const text = await written(folder);
      await putJournal(folder, 'journal.ndjson.gz', gzipSync(text).subarray(0, -1000));
    },
    says: ['$FOLDER/run/journal.ndjson.gz', 'the compressed journal is damaged or cut off'],
  },
  {
    name: 'a folder as journal',
    args: rejudge,
    prepare: async (folder) => {
      await mkdir(join(folder, 'run/journal.ndjson'), { recursive: true });
    },
    says: ["$FOLDER/run/journal.ndjson can't be read", 'EISDIR'],
  },
  threshold('a threshold that is not there', 'thresholds.fallbackFailed=3', [
    'no threshold comes from the setting "thresholds.fallbackFailed"',
    'there are: thresholds.',
  ]),
  threshold('a limit without unit', 'thresholds.fallbackOverTimeout=1.5', [
    'thresholds.fallbackOverTimeout=1.5',
    '"1.5" is not a duration',
  ]),
  threshold('a threshold without a value', 'thresholds.fallbackOverTimeout', [
    'thresholds.fallbackOverTimeout: write it as setting=value',
  ]),
];

/** A journal as the recorder writes it, and then changed. */
function journal(name: string, change: (text: string) => string, says: readonly string[]): BadInput {
  return {
    name,
    args: rejudge,
    prepare: async (folder) => {
      await putJournal(folder, 'journal.ndjson', change(await written(folder)));
    },
    says: ['$FOLDER/run/journal.ndjson', ...says],
  };
}

function threshold(name: string, text: string, says: readonly string[]): BadInput {
  return {
    name,
    args: () => ['rejudge', 'results/reference', '--threshold', text],
    says,
  };
}

function lines(change: (all: readonly string[]) => readonly string[]): (text: string) => string {
  return (text) => change(text.split('\n')).join('\n');
}

async function written(folder: string): Promise<string> {
  const path = join(folder, 'whole.ndjson');
  const writer = new JournalWriter(path);
  for (const entry of syntheticEntries({ sites: ['both'], captures: false })) writer.append(entry);
  writer.close();
  return readFile(path, 'utf8');
}

async function putJournal(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  await mkdir(join(folder, 'run'));
  await writeFile(join(folder, 'run', name), content);
}
