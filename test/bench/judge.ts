/**
 * `npm run bench:judge [-- --lookups N --turns N]`: what it takes to read a journal of a million lookups, in both formats: as it is read, as it was read before, and
 * JSON.parse over the same lines, which is the least that any reading takes. By turns, each in a process of its own. And a whole judging, reading included.
 */
import { mkdtempDisposable, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { markdownTable } from 'markdown-table';
import { projectRoot } from '../../lib/build/project-root.ts';
import type { Entry } from '../../lib/journal/entry.ts';
import { JournalWriter } from '../../lib/journal/journal-writer.ts';
import { readJournal } from '../../lib/journal/read-journal.ts';
import { inBatches } from '../support/lookup-batches.ts';
import { longJournal } from './support/long-journal.ts';
import { readingWays, type Reading, type ReadingWay } from './support/reading-ways.ts';

const { values } = parseArgs({
  options: { lookups: { type: 'string', default: '1000000' }, turns: { type: 'string', default: '3' } },
});
const lookups = Number(values.lookups);
const turns = Number(values.turns);
/** Of a busy probe that gathers for a second. */
const lookupsInALine = 20;
const plainWay: ReadingWay = 'JSON.parse of its lines';
/** Wanted: no more than this many times what JSON.parse takes, and this many MB. */
const wanted = { ratio: 2, peakMb: 300 };

const reference = await readJournal(join(projectRoot, 'results/reference/node-cache-killed/journal.ndjson.gz'));
await using dir = await mkdtempDisposable(join(tmpdir(), 'nodelocal-drill-bench-judge-'));
const formats = {
  'a line for each lookup': write('single', longJournal(reference, lookups)),
  'twenty lookups in a line': write('batches', inBatches(longJournal(reference, lookups), lookupsInALine)),
};

for (const [format, path] of Object.entries(formats)) {
  const megabytes = (await stat(path)).size / 1e6;
  say(`${format}: ${lookups} lookups, ${megabytes.toFixed(0)} MB, load ${(loadavg()[0] ?? 0).toFixed(1)} before`);
  say(tableOf(await measured(path)));
  say(
    `wanted of "read", for a million lookups: at most ${wanted.ratio} times JSON.parse, and below ${wanted.peakMb} MB\n`,
  );
}

function write(name: string, entries: Iterable<Entry>): string {
  using writer = new JournalWriter(join(dir.path, `${name}.ndjson`));
  for (const entry of entries) writer.append(entry);
  return writer.path;
}

/** Each way once a turn, and each turn from another one on, so that a slow minute of the machine is nobody's. */
async function measured(path: string): Promise<ReadonlyMap<ReadingWay, readonly (Reading | string)[]>> {
  const ways = Object.keys(readingWays) as ReadingWay[];
  const readings = new Map<ReadingWay, (Reading | string)[]>(ways.map((way) => [way, []]));
  for (let turn = 0; turn < turns; turn++)
    for (const way of [...ways.slice(turn % ways.length), ...ways.slice(0, turn % ways.length)])
      readings.get(way)?.push(await readingOf(way, path));
  return readings;
}

/** Or why it could not be read in this way. */
async function readingOf(way: ReadingWay, path: string): Promise<Reading | string> {
  const program = join(import.meta.dirname, 'support/reading-ways.ts');
  const { failed, stdout, stderr } = await execa(process.execPath, [program, way, path], { reject: false });
  return failed ? (/^.*(?:Error|FATAL).*$/m.exec(stderr)?.[0] ?? 'failed') : (JSON.parse(stdout) as Reading);
}

function tableOf(readings: ReadonlyMap<ReadingWay, readonly (Reading | string)[]>): string {
  const plainS = median(readings.get(plainWay) ?? [], 'cpuS');
  const rows = [...readings].map(([way, taken]) => {
    const failure = taken.find((reading) => typeof reading === 'string');
    if (failure !== undefined) return [way, failure, '', '', ''];
    return [
      way,
      spread(taken, 'cpuS', 2),
      (median(taken, 'cpuS') / plainS).toFixed(2),
      spread(taken, 'peakMb', 0),
      spread(taken, 'startMb', 0),
    ];
  });
  return markdownTable(
    [['', 'CPU-s, min/median/max', 'of JSON.parse', 'peak memory, MB', 'of that before it began'], ...rows],
    { align: ['l', 'r', 'r', 'r', 'r'] },
  );
}

function spread(taken: readonly (Reading | string)[], of: keyof Reading, digits: number): string {
  const numbers = sorted(taken, of);
  return [numbers[0], median(taken, of), numbers.at(-1)].map((number) => (number ?? NaN).toFixed(digits)).join(' / ');
}

function median(taken: readonly (Reading | string)[], of: keyof Reading): number {
  const numbers = sorted(taken, of);
  return numbers[Math.floor((numbers.length - 1) / 2)] ?? NaN;
}

function sorted(taken: readonly (Reading | string)[], of: keyof Reading): readonly number[] {
  return taken.flatMap((reading) => (typeof reading === 'string' ? [] : [reading[of]])).sort((a, b) => a - b);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
