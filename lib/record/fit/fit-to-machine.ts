import type { Entry } from '../../journal/entry.ts';
import type { ProbePlan } from '../../probe/probe-plan.ts';
import { nowNs } from '../../time/now-ns.ts';
import { sleep } from '../../time/sleep.ts';
import type { Rung } from './ladder.ts';
import { isBusy } from './ladder.ts';
import { noRoom, tooMuch } from './too-much.ts';
import { WarmUpWindow, type WarmUpReading } from './warm-up-window.ts';

export interface FitOptions {
  readonly plans: readonly ProbePlan[];
  /** The full plan first. */
  readonly ladder: readonly Rung[];
  readonly latenessIntervals: number;
  /** From the probes' release to the baseline, at least. */
  readonly warmUpNs: number;
  /** Calls back for each entry of the journal, until it is told to stop. */
  readonly observe: (listener: (entry: Entry) => void) => () => void;
  /** Ends these probes. */
  readonly leaveOut: (probes: ReadonlySet<string>) => Promise<void>;
  /** Has these probes ask half as often. */
  readonly slowDown: (probes: ReadonlySet<string>) => Promise<void>;
  readonly append: (entry: Entry) => void;
  /** After a change what was begun before ends, and resolvers warm up; then one window is read. */
  readonly times?: { readonly settleNs: number; readonly windowNs: number };
  readonly signal: AbortSignal;
}

/** Even the least that the claims need is too much for this machine: no verdict would be worth anything. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy';
}

/** A window has a few hundred lookups, and two of the agents' words on the pressure. */
const usualTimes = { settleNs: 3e9, windowNs: 4e9 };

/** Windows on the last rung before it is given up: what piled up on the rungs above may take a while. */
const lastChances = 3;

/**
 * Watches what the probes show of the machine in the warm-up, and goes down the ladder where it is too much; says so in the journal, in one line.
 * @throws TooBusy when the last rung is too much as well: within 60 s of the release, as far as the machine keeps its timers
 */
export async function fitToMachine(options: FitOptions): Promise<void> {
  const { ladder, warmUpNs, times = usualTimes, signal } = options;
  const begunNs = nowNs();
  const said: string[] = [];
  for (const [at, rung] of ladder.entries()) {
    if (at > 0) await stepDown(options, ladder[at - 1] ?? rung, rung, said.at(-1) ?? '');
    await sleep(times.settleNs, signal);
    const chances = at === ladder.length - 1 ? lastChances : 1;
    for (let chance = 1; chance <= chances; chance++) {
      // The first window is stretched to the whole warm-up: what is seen last counts.
      const restNs = at === 0 ? begunNs + warmUpNs - nowNs() - times.windowNs : 0;
      if (restNs > 0) await sleep(restNs, signal);
      const reading = await readWindow(options);
      const reason = tooMuch(reading, options) ?? (at === ladder.length - 1 ? null : noRoom(reading));
      if (reason === null) return;
      said.push(reason);
    }
  }
  throw new TooBusy(
    `the machine is too busy for a verdict, even with ${wordsOf(options, ladder.at(-1) ?? { leftOut: [], slower: 1 })}: ${said.at(-1) ?? ''}. ` +
      'Give it more cores or less other work, or probe less: probes.resolvers, probes.dnsConfigs, probes.leaveOut, probes.busyInterval',
  );
}

async function readWindow({ observe, times = usualTimes, signal }: FitOptions): Promise<WarmUpReading> {
  const window = new WarmUpWindow(nowNs());
  const stop = observe((entry) => {
    window.take(entry);
  });
  try {
    await sleep(times.windowNs, signal);
  } finally {
    stop();
  }
  return window.read();
}

async function stepDown(options: FitOptions, from: Rung, to: Rung, reason: string): Promise<void> {
  const { plans, append, leaveOut, slowDown } = options;
  const fewer = new Set(to.leftOut.filter((id) => !from.leftOut.includes(id)));
  if (fewer.size > 0) await leaveOut(fewer);
  const busy = plans.filter((plan) => isBusy(plan) && !to.leftOut.includes(plan.id));
  for (let slower = from.slower; slower < to.slower; slower *= 2) await slowDown(new Set(busy.map(({ id }) => id)));
  append({
    type: 'fit',
    atNs: nowNs(),
    leftOut: [...to.leftOut],
    slower: to.slower,
    what: wordsOf(options, to),
    reason,
  });
}

/** `31 of 40 probes, busy ones every 100 ms` */
function wordsOf({ plans }: FitOptions, { leftOut, slower }: Rung): string {
  const busyNs = plans.find(isBusy)?.intervalNs ?? 0;
  const every = slower === 1 ? '' : `, busy ones every ${(busyNs * slower) / 1e6} ms in place of ${busyNs / 1e6} ms`;
  return `${plans.length - leftOut.length} of ${plans.length} probes${every}`;
}
