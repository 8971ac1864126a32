import type { ProbePlan } from '../../probe/probe-plan.ts';

/** A step down: what is asked less than was planned. */
export interface Rung {
  /** Names of probes that end before the baseline. */
  readonly leftOut: readonly string[];
  /** By how much busy probes ask less often: 1, 2, 4 … */
  readonly slower: number;
}

export interface LadderOptions {
  readonly plans: readonly ProbePlan[];
  /** Names of probes without which a claim, or a set-up that must feel the fault, would not be measured. */
  readonly needed: ReadonlySet<string>;
  /** Lookups that each busy probe owes to each window, and how long the shortest window is, in ns. */
  readonly lookupsInWindow: number;
  readonly windowNs: number;
}

/** Beyond this a busy client is none any more, and short outages fall between its lookups. */
const longestIntervalNs = 200e6;

/**
 * The ways to ask less, the full plan first: without the combinations that no claim needs; then half as often, as long as what the evidence owes can be
 * reached. What the claims need is never given up.
 */
export function ladderOf(options: LadderOptions): readonly Rung[] {
  const { plans, needed } = options;
  const leftOut = plans.filter((plan) => isBusy(plan) && !needed.has(plan.id)).map(({ id }) => id);
  const ladder: Rung[] = [{ leftOut: [], slower: 1 }];
  if (leftOut.length > 0) ladder.push({ leftOut, slower: 1 });
  for (let slower = 2; canBe(slower, options); slower *= 2) ladder.push({ leftOut, slower });
  return ladder;
}

export function isBusy({ rate }: Pick<ProbePlan, 'rate'>): boolean {
  return rate === 'busy';
}

/** A tenth more than is owed: a window may be a little shorter than planned. */
function canBe(slower: number, { plans, lookupsInWindow, windowNs }: LadderOptions): boolean {
  const intervals = plans.filter(isBusy).map(({ intervalNs }) => intervalNs * slower);
  return (
    intervals.length > 0 && Math.max(...intervals) <= Math.min(longestIntervalNs, windowNs / (lookupsInWindow * 1.1))
  );
}
