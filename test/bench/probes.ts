/**
 * `npm run bench:probes [-- --turns N --seconds N]`: what the suite's instrument weighs beside the DNS servers that it measures. The default drill's forty probes
 * run on the embedded cluster, without a fault; CPU time is read by process, less what the idle cluster uses. Then probes ask more and more often, until they are late.
 * Ways of a lookup's record from its probe to the journal, by turns: many in one line, which the node agent carries for all probes of its node; the same with each
 * log followed through the API server; and, as it was before, a line for each lookup.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { JournalWriter } from '../../lib/journal/journal-writer.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { cpuBetween, cpuSnapshot, type Part } from './support/cpu-by-part.ts';
import { Arrivals, ProbedCluster } from './support/probed-cluster.ts';

const name = 'bench';
const parts: readonly Part[] = ['DNS servers', 'probes', 'way to the journal', 'the rest'];
const ways = {
  'many in a line, carried by the agent': { carried: true, flags: {} },
  'many in a line, each log followed': { carried: false, flags: {} },
  'a line for each, each log followed': { carried: false, flags: { lines: 'single', 'gather-ms': '500' } },
} as const;
type Way = keyof typeof ways;
const newest: Way = 'many in a line, carried by the agent';
const replaced: Way = 'a line for each, each log followed';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '15' },
    bend: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const turns = Number(values.turns);
const seconds = Number(values.seconds);

/** Probes have settled by then: pods of the start have ended their work, resolvers are warm. */
const settleMs = 8000;

/** CPU-seconds per second. */
type Rates = ReadonlyMap<string, { readonly part: Part; readonly rate: number }>;

interface Measured {
  readonly rates: Rates;
  readonly lookupsPerS: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly lagNs: number;
}

const cluster = await bootCluster({ name });
try {
  await sleep(settleMs);
  const idle = (await measured()).rates;
  say(
    `idle cluster: ${percent(sumOf(idle))} of one core; of that ${parts.map((part) => `${part} ${percent(sumOf(idle, part))}`).join(', ')}`,
  );
  const steady = new Map<Way, Measured[]>();
  for (let turn = 1; turn <= turns; turn++)
    for (const way of waysOf(turn)) {
      await withProbes(cluster, { way, intervalMs: 50 }, async (take) => {
        const found = await take();
        steady.set(way, [...(steady.get(way) ?? []), found]);
        say(`turn ${turn}, ${way}: ${lineOf(found, idle)}`);
      });
    }
  if (values.bend) {
    say('');
    say('Late by how much, as probes ask more often');
    for (const way of [newest, replaced]) await showBend(cluster, way, idle);
  }
  say('');
  say('CPU-seconds per 1,000 lookups, median of the turns (least to most)');
  say(tableOf(steady, idle));
  for (const way of waysOf(2)) say(`${way}: ${programsOf(steady.get(way) ?? [], idle)}`);
  const [now, before] = [newest, replaced].map((way) => ratioOf(steady.get(way) ?? [], idle));
  say(
    `instrument / DNS servers: ${(now ?? NaN).toFixed(2)}, where it was ${(before ?? NaN).toFixed(2)} with a line for each`,
  );
  say(`instrument / DNS servers: ${(now ?? NaN).toFixed(2)}`);
} finally {
  await cluster[Symbol.asyncDispose]();
}

async function withProbes(
  on: BootedCluster,
  { way, intervalMs }: { readonly way: Way; readonly intervalMs: number },
  act: (take: () => Promise<Measured>, probed: ProbedCluster) => Promise<void>,
): Promise<void> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'bench-probes-'));
  using journal = new JournalWriter(join(folder.path, 'journal.ndjson'));
  const arrivals = new Arrivals();
  await using probed = await ProbedCluster.start({
    cluster: on,
    probes: { busyInterval: `${intervalMs} ms` as unknown as number },
    ...ways[way],
    append: (entry) => {
      arrivals.take(entry);
      journal.append(entry);
    },
  });
  await act(async () => {
    await sleep(settleMs);
    arrivals.read();
    const begun = performance.now();
    const { rates } = await measured();
    const { lookups, ...read } = arrivals.read();
    return { rates, lookupsPerS: lookups / ((performance.now() - begun) / 1000), ...read };
  }, probed);
}

async function measured(): Promise<{ readonly rates: Rates }> {
  const before = await cpuSnapshot(name);
  const begun = performance.now();
  await sleep(seconds * 1000);
  const used = cpuBetween(before, await cpuSnapshot(name));
  const passedS = (performance.now() - begun) / 1000;
  return { rates: new Map([...used].map(([program, { part, seconds: s }]) => [program, { part, rate: s / passedS }])) };
}

/** Each point asks half as often as the one before. */
async function showBend(on: BootedCluster, way: Way, idle: Rates): Promise<void> {
  const rows: string[][] = [];
  await withProbes(on, { way, intervalMs: 20 }, async (take, probed) => {
    for (const intervalMs of [20, 40, 80]) {
      if (intervalMs > 20) await probed.slowDown();
      const { lookupsPerS, p50Ns, p99Ns, lagNs, rates } = await take();
      const bends = p99Ns > intervalMs * 1e5 ? 'over a tenth of the interval' : '';
      rows.push([
        `${probed.plans.length} × ${intervalMs} ms`,
        lookupsPerS.toFixed(0),
        ms(p50Ns),
        ms(p99Ns),
        `${(lagNs / 1e9).toFixed(1)} s`,
        percent(sumOf(rates) - sumOf(idle)),
        bends,
      ]);
    }
  });
  say(way);
  say(
    markdownTable([
      ['probes × interval', 'lookups/s', 'late p50', 'p99', 'journal behind', 'CPU of one core', ''],
      ...rows,
    ]),
  );
}

function tableOf(steady: ReadonlyMap<Way, readonly Measured[]>, idle: Rates): string {
  const head = ['', ...steady.keys()];
  const rows = parts.map((part) => [
    part,
    ...[...steady.values()].map((found) =>
      spread(found.map(({ rates, lookupsPerS }) => ((sumOf(rates, part) - sumOf(idle, part)) / lookupsPerS) * 1000)),
    ),
  ]);
  const late = ['late p99, ms', ...[...steady.values()].map((found) => spread(found.map(({ p99Ns }) => p99Ns / 1e6)))];
  const lag = [
    'journal behind, s',
    ...[...steady.values()].map((found) => spread(found.map(({ lagNs }) => lagNs / 1e9))),
  ];
  return markdownTable([head, ...rows, late, lag]);
}

/** What the way and the rest use beside what the DNS servers use, each over the idle cluster. */
function ratioOf(found: readonly Measured[], idle: Rates): number {
  const over = (part: Part) => median(found.map(({ rates }) => sumOf(rates, part) - sumOf(idle, part)));
  return (over('way to the journal') + over('the rest')) / over('DNS servers');
}

function programsOf(found: readonly Measured[], idle: Rates): string {
  const all = new Map<string, number>();
  for (const { rates } of found)
    for (const [program, { rate }] of rates)
      all.set(program, (all.get(program) ?? 0) + (rate - (idle.get(program)?.rate ?? 0)) / found.length);
  return [...all]
    .filter(([, rate]) => rate > 0.002)
    .sort((a, b) => b[1] - a[1])
    .map(([program, rate]) => `${program} ${percent(rate)}`)
    .join(', ');
}

function lineOf(found: Measured, idle: Rates): string {
  const shares = parts.map((part) => `${part} ${percent(sumOf(found.rates, part) - sumOf(idle, part))}`).join(', ');
  return `${found.lookupsPerS.toFixed(0)} lookups/s; of one core, over idle: ${shares}; late p50 ${ms(found.p50Ns)} p99 ${ms(found.p99Ns)}; journal ${(found.lagNs / 1e9).toFixed(1)} s behind at most`;
}

function sumOf(rates: Rates, part?: Part): number {
  return [...rates.values()].reduce(
    (sum, each) => (part === undefined || each.part === part ? sum + each.rate : sum),
    0,
  );
}

/** Which way is first changes from turn to turn. */
function waysOf(turn: number): readonly Way[] {
  const all = Object.keys(ways) as Way[];
  return turn % 2 === 1 ? all : all.toReversed();
}

function spread(numbers: readonly number[]): string {
  const digits = (number: number) => number.toFixed(3);
  return `${digits(median(numbers))} (${digits(Math.min(...numbers))} to ${digits(Math.max(...numbers))})`;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? NaN)) / 2
  );
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}

function ms(ns: number): string {
  return `${(ns / 1e6).toFixed(1)} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
