import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../lib/journal/entry.ts';
import { fitToMachine, TooBusy, type FitOptions } from '../../../lib/record/fit/fit-to-machine.ts';
import { ladderOf } from '../../../lib/record/fit/ladder.ts';
import { noRoom, tooMuch } from '../../../lib/record/fit/too-much.ts';
import { WarmUpWindow, type WarmUpReading } from '../../../lib/record/fit/warm-up-window.ts';
import type { ProbePlan } from '../../../lib/probe/probe-plan.ts';
import { nowNs } from '../../../lib/time/now-ns.ts';

const plan = (id: string, rate: 'busy' | 'quiet' = 'busy'): ProbePlan => ({
  id,
  site: { name: 'both', node: 'n' },
  dnsConfig: { name: id, nameservers: [], searches: [], ndots: 2, timeoutS: null, attempts: null, stock: false },
  resolver: 'glibc',
  rate,
  intervalNs: rate === 'busy' ? 50e6 : 3e9,
  queryName: 'www.example.com',
  nameKind: 'external',
});
const plans = [plan('claimed'), plan('felt'), plan('more'), plan('seldom', 'quiet')];
const needed = new Set(['claimed', 'felt']);

test('first what no claim needs is left out, then busy probes ask half as often, as far as the evidence allows', () => {
  const ladder = (lookupsInWindow: number) => ladderOf({ plans, needed, lookupsInWindow, windowNs: 15e9 });
  const [full, fewer, half] = [
    { leftOut: [], slower: 1 },
    { leftOut: ['more'], slower: 1 },
    { leftOut: ['more'], slower: 2 },
  ];
  assert.deepEqual(ladder(100), [full, fewer, half]);
  assert.deepEqual(ladder(50), [full, fewer, half, { leftOut: ['more'], slower: 4 }]);
  assert.deepEqual(ladder(200), [full, fewer]);
  const all = new Set(plans.map(({ id }) => id));
  assert.deepEqual(ladderOf({ plans, needed: all, lookupsInWindow: 200, windowNs: 15e9 }), [full]);
});

const calm: WarmUpReading = {
  lookups: 800,
  lateShare: 0.1,
  lateP99Ns: 5e6,
  latest: { probe: 'p', share: 0.2, ns: 10e6 },
  unsent: 0,
  slow: 0,
  lagNs: 1.5e9,
  pressure: { cpuBusy: 0.6, cpuPressure: 0.5, cpuSteal: 0 },
};
const full = { cpuBusy: 0.97, cpuPressure: 0.9, cpuSteal: 0.02 };

test('what is too much is said with its figures', () => {
  const said = (reading: Partial<WarmUpReading>) => tooMuch({ ...calm, ...reading }, { latenessIntervals: 1 });
  assert.equal(said({}), null);
  assert.equal(
    said({ lateShare: 0.9, lateP99Ns: 45e6, pressure: full }),
    'lookups began late, p99 45 ms, 90 % of their interval; cores 97 % busy, tasks waited for one 90 % of the time (PSI), 2 % stolen by the hypervisor',
  );
  assert.match(
    said({ latest: { probe: 'both/stock', share: 3, ns: 150e6 } }) ?? '',
    /^p95 of both\/stock was 150 ms late/,
  );
  assert.match(said({ unsent: 3 }) ?? '', /^3 lookups could not be sent/);
  assert.match(said({ lagNs: 4e9 }) ?? '', /^the journal was 4\.0 s behind/);
  assert.match(said({ lookups: 0 }) ?? '', /^no lookup of it has arrived yet/);
  assert.equal(said({ slow: 5 }), null, 'on a machine that has room the servers are slow by themselves');
  assert.match(said({ slow: 5, pressure: full }) ?? '', /^5 of 800 lookups failed or took over a second; cores 97 %/);
  assert.equal(said({ pressure: full }), null);
  assert.match(noRoom({ ...calm, pressure: full }) ?? '', /no room/);
  assert.equal(noRoom(calm), null);
});

const batch = (dueNs: number, lateNs: number, more = [2, 0, 5, -1]): Entry => ({
  type: 'lookups',
  probe: 'p',
  seq: 0,
  dueNs,
  intervalNs: 50e6,
  results: [['192.0.2.1'], 'EAI_AGAIN'],
  rows: [0, lateNs, 1e6, 0, 1, lateNs, 1e6, 1, ...more],
});

test('a window counts what was due in it, and reads the nodes’ pressure', () => {
  const fromNs = nowNs();
  const window = new WarmUpWindow(fromNs);
  const pressure = (atNs: number, busyMs: number, idleMs: number, cpu: number): Entry => ({
    type: 'node',
    site: 'both',
    node: 'n',
    atNs,
    event: 'pressure',
    detail: { 'cpu.busyMs': busyMs, 'cpu.idleMs': idleMs, 'cpu.stealMs': 0, 'psiSomeUs.cpu': cpu },
  });
  window.take(pressure(fromNs, 1000, 5000, 700));
  window.take(batch(fromNs - 1e9, 90e6));
  window.take(batch(fromNs, 30e6));
  window.take(pressure(fromNs + 2e9, 4000, 6000, 1_700_700));
  const read = window.read();
  assert.deepEqual(
    { ...read, lagNs: 0 },
    {
      lookups: 2,
      lateShare: 0.6,
      lateP99Ns: 30e6,
      latest: { probe: 'p', share: 0.6, ns: 30e6 },
      unsent: 1,
      slow: 1,
      lagNs: 0,
      pressure: { cpuBusy: 0.75, cpuPressure: 0.85, cpuSteal: 0 },
    },
  );
  assert.ok(read.lagNs > 0);
});

/** A machine whose probes are late until the ladder has come to this rung; Infinity: whatever is asked. */
async function fit(enoughAt: number) {
  const done: string[] = [];
  const entries: Entry[] = [];
  let rung = 0;
  const stepped = (what: string) => {
    done.push(what);
    rung += 1;
    return Promise.resolve();
  };
  const options: FitOptions = {
    plans,
    ladder: ladderOf({ plans, needed, lookupsInWindow: 100, windowNs: 15e9 }),
    latenessIntervals: 1,
    warmUpNs: 1,
    times: { settleNs: 1e6, windowNs: 1e6 },
    observe: (listener) => {
      listener(batch(nowNs(), rung < enoughAt ? 60e6 : 1e6, []));
      return () => undefined;
    },
    leaveOut: (probes) => stepped(`without ${[...probes].join()}`),
    slowDown: (probes) => stepped(`slower ${[...probes].join()}`),
    append: (entry) => entries.push(entry),
    signal: new AbortController().signal,
  };
  const outcome = await fitToMachine(options).catch((error: unknown) => error);
  return { done, entries: entries.flatMap((entry) => (entry.type === 'fit' ? [entry] : [])), outcome };
}

test('a machine that can do all of it is asked all of it', async () => {
  const { done, entries, outcome } = await fit(0);
  assert.deepEqual([done, entries, outcome], [[], [], undefined]);
});

test('a machine that can’t goes down the ladder until it can, and each step is in the journal', async () => {
  const { done, entries, outcome } = await fit(2);
  assert.equal(outcome, undefined);
  assert.deepEqual(done, ['without more', 'slower claimed,felt']);
  assert.deepEqual(
    entries.map(({ leftOut, slower, what }) => ({ leftOut, slower, what })),
    [
      { leftOut: ['more'], slower: 1, what: '3 of 4 probes' },
      { leftOut: ['more'], slower: 2, what: '3 of 4 probes, busy ones every 100 ms in place of 50 ms' },
    ],
  );
  assert.match(entries[0]?.reason ?? '', /late, p99 60 ms/);
});

test('where the last rung is too much as well the drill ends, with figures and what would help', async () => {
  const { outcome } = await fit(Infinity);
  assert.ok(outcome instanceof TooBusy);
  assert.match(
    outcome.message,
    /^the machine is too busy for a verdict, even with 3 of 4 probes, busy ones every 100 ms.*p99 60 ms.*Give it more cores/,
  );
});
