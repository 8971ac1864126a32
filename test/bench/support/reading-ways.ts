/** `node reading-ways.ts WAY JOURNAL`: reads a journal in one way, and prints what that took as JSON. A process of its own, so that memory is its own too. */
import { openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { entrySchema, type Observation } from '../../../lib/journal/entry.ts';
import { observationsOf } from '../../../lib/journal/lookup-batch.ts';
import { readJournal } from '../../../lib/journal/read-journal.ts';
import { Sealer } from '../../../lib/journal/seal.ts';
import { judge } from '../../../lib/judge/judge.ts';
import { parseHypothesis } from '../../../lib/judge/parse-hypothesis.ts';

/** Each gives how many lookups it saw; of JSON.parse, which knows none, the lines. */
export const readingWays = {
  'JSON.parse of its lines': (path: string) => {
    let lines = 0;
    for (const line of linesIn(path)) lines += JSON.parse(line.toString('utf8')) === null ? 0 : 1;
    return Promise.resolve(lines);
  },
  read: async (path: string) => {
    const { observations } = await readJournal(path);
    return observations.size;
  },
  'read, and each lookup looked at': async (path: string) => countAll((await readJournal(path)).observations),
  'read and judged': async (path: string) => {
    const journal = await readJournal(path);
    return judge(parseHypothesis(journal.hypothesis), journal).lookups;
  },
  'read as before': async (path: string) => countAll(await readAsBefore(path)),
} satisfies Readonly<Record<string, (path: string) => Promise<number>>>;

export type ReadingWay = keyof typeof readingWays;

/** CPU-seconds of the reading, and the largest memory that the process had by then. */
export interface Reading {
  readonly cpuS: number;
  readonly peakMb: number;
  readonly startMb: number;
}

/** As it was before: the whole file in memory, each line held to the schema, an object for each lookup, and sorted copies of them. */
async function readAsBefore(path: string): Promise<ReadonlyMap<string, readonly Observation[]>> {
  const lookups = new Map<string, Observation[]>();
  const sealer = new Sealer();
  for (const line of linesOf(await readFile(path))) {
    const entry = entrySchema.parse(JSON.parse(line.toString('utf8')));
    if (entry.type === 'seal') sealer.hold(entry);
    sealer.add(line, 1);
    const found = entry.type === 'observation' ? [entry] : entry.type === 'lookups' ? observationsOf(entry) : [];
    for (const lookup of found) {
      const list = lookups.get(lookup.probe);
      if (list === undefined) lookups.set(lookup.probe, [lookup]);
      else list.push(lookup);
    }
  }
  return new Map(
    [...lookups].map(([probe, list]) => {
      const sorted = list.toSorted((a, b) => a.seq - b.seq);
      return [probe, sorted.filter(({ seq }, at) => seq !== sorted[at - 1]?.seq)];
    }),
  );
}

/** Of a file of any length. */
function* linesIn(path: string): Generator<Buffer> {
  const fd = openSync(path, 'r');
  const chunk = Buffer.alloc(1024 * 1024);
  let rest = Buffer.alloc(0);
  for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) {
    const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
    const whole = bytes.lastIndexOf('\n') + 1;
    yield* linesOf(bytes.subarray(0, whole));
    rest = bytes.subarray(whole);
  }
}

/** With their line ends. */
function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf('\n', from) + 1;
    yield bytes.subarray(from, to);
    from = to;
  }
}

function countAll(observations: ReadonlyMap<string, readonly Observation[]>): number {
  let count = 0;
  for (const lookups of observations.values()) for (const { outcome } of lookups) count += outcome === 'unsent' ? 0 : 1;
  return count;
}

if (import.meta.main) {
  const [way, path = ''] = process.argv.slice(2);
  const startMb = process.resourceUsage().maxRSS / 1024;
  const before = process.cpuUsage();
  await readingWays[way as ReadingWay](path);
  const { user, system } = process.cpuUsage(before);
  const reading: Reading = { cpuS: (user + system) / 1e6, peakMb: process.resourceUsage().maxRSS / 1024, startMb };
  process.stdout.write(JSON.stringify(reading));
}
