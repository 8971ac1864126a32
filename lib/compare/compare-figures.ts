import type { FigureComparison, FigureName, Margins } from './comparison.ts';
import type { MeasuredCell } from './measured-cell.ts';
import { exactly, smallestDifference, spreadOf, type Bounds, type Spread } from './spread.ts';

/**
 * The figures of one cell, before and after.
 *
 * kubelet starts a killed container again after its back-off times 1.0 to 1.5 (`wait.Jitter` in pod_workers.go), so node-cache is
 * gone for 10 to 15 s by a second kill, and two equal clusters differ by up to 5 s for no reason of theirs. A ratio "outage to
 * time gone" would not take that out: a client's outage is not proportional to it. It follows the time gone one to one, less or
 * more a constant of the resolver (single nameserver: what its last attempt still saves), or it does not depend on it at all
 * (safe set-ups). So a difference of the times gone explains any difference of outages between nothing and itself, and what is
 * held against the margin is the rest: **the part of the difference that lies outside of [0, difference of the times gone]**.
 *
 * Everything of Go moves in steps of one attempt's timeout, however little the time gone changes, since all its lookups of a name
 * share one flight and its failure; a number of lookups moves in steps of one; the outage of glibc ends an attempt later or sooner by
 * whether a late lookup is refused at once or waits for the attempt that meets the new process; and so a quiet client waits a timeout or
 * none. One such step, either way, is explained too.
 *
 * A set-up that a claim bounds is meant not to depend on the time gone, so nothing is explained away there, the margin is the
 * closer one, and a first lost lookup is a difference however short. Its outage at 1 s alone follows the time gone: as long as the
 * first nameserver is dead, each answer comes a timeout late.
 *
 * Two figures are shown and not judged, since chance decides them. The outage when it is *sparse*, that is, when lost lookups fill
 * less than half of it: where the few of them lie says nothing (of five equal runs: 0.1, 1.1, 6, 7 and 8 s, and each time 2 to 8 of
 * 240 lookups lost). And the slowest lookup of a set-up that no claim bounds: it is one of hundreds (1.4 to 13 s in equal runs).
 */
export function compareFigures(
  before: readonly MeasuredCell[],
  after: readonly MeasuredCell[],
  margins: Margins,
): readonly FigureComparison[] {
  const cells = [...before, ...after];
  const held = cells.some((cell) => cell.held);
  const goneNs = goneDifferenceNs(before, after);
  return figures.flatMap(({ figure, of, unitNs, stepNs: stepOf, isChance }) => {
    const [spreadBefore, spreadAfter] = [spreadOf(before.flatMap(of)), spreadOf(after.flatMap(of))];
    if (spreadBefore === null || spreadAfter === null) return [];
    const follows = !held || figure === 'outage-at-1s';
    const marginNs = follows ? margins.marginNs : margins.heldMarginNs;
    const stepNs = Math.max(...cells.map(stepOf));
    const differenceNs = smallestDifference(spreadBefore.median, spreadAfter.median) * unitNs(cells);
    const unexplainedNs = beyond(differenceNs, follows ? goneNs : 0, stepNs);
    const firstLoss = held && figure === 'failed-lookups' && isFirstLoss(spreadBefore, spreadAfter);
    const apart = unexplainedNs > marginNs || firstLoss;
    const outcome = isChance(cells, held) ? 'not-judged' : apart ? 'differs' : 'same';
    return { figure, before: spreadBefore, after: spreadAfter, differenceNs, unexplainedNs, marginNs, outcome };
  });
}

interface Figure {
  readonly figure: FigureName;
  readonly of: (cell: MeasuredCell) => readonly Bounds[];
  /** What one of it is worth in time. */
  readonly unitNs: (cells: readonly MeasuredCell[]) => number;
  /** In what steps it moves. */
  readonly stepNs: (cell: MeasuredCell) => number;
  readonly isChance: (cells: readonly MeasuredCell[], held: boolean) => boolean;
}

const flightNs = ({ resolver, attemptNs }: MeasuredCell) => (resolver === 'go' ? attemptNs : 0);

/** glibc hears refusals (musl does not, and c-ares shares its sockets). */
const refusalNs = ({ resolver, attemptNs }: MeasuredCell) => (resolver === 'glibc' ? attemptNs : 0);

const figures: readonly Figure[] = [
  {
    figure: 'outage',
    of: ({ outageNs }) => [outageNs],
    unitNs: () => 1,
    stepNs: (cell) => Math.max(flightNs(cell), refusalNs(cell)),
    isChance: (cells, held) => !held && cells.some(isSparse),
  },
  {
    figure: 'outage-at-1s',
    of: ({ outageAt1sNs }) => [outageAt1sNs],
    unitNs: () => 1,
    stepNs: flightNs,
    isChance: () => false,
  },
  {
    figure: 'failed-lookups',
    of: ({ failedLookups }) => [exactly(failedLookups)],
    unitNs: ([cell]) => cell?.intervalNs ?? 1,
    stepNs: (cell) => Math.max(cell.intervalNs, flightNs(cell)),
    isChance: () => false,
  },
  {
    figure: 'slowest-lookup',
    of: ({ slowestNs }) => (slowestNs === null ? [] : [exactly(slowestNs)]),
    unitNs: () => 1,
    stepNs: ({ rate, attemptNs }) => (rate === 'quiet' ? attemptNs : 0),
    isChance: (_cells, held) => !held,
  },
];

/** Lost lookups fill less than half of the outage. */
function isSparse({ outageNs, failedLookups, intervalNs }: MeasuredCell): boolean {
  return outageNs.least > 2 * failedLookups * intervalNs;
}

/** The spread of the time gone over the runs of a side; null where one of them did not see it. */
export function goneSpread(cells: readonly MeasuredCell[]): Spread | null {
  const known = cells.flatMap(({ goneNs }) => (goneNs === null ? [] : [exactly(goneNs)]));
  return known.length === cells.length ? spreadOf(known) : null;
}

/** 0 where it is not known: then nothing is explained by it. */
function goneDifferenceNs(before: readonly MeasuredCell[], after: readonly MeasuredCell[]): number {
  const [gone, goneAfter] = [goneSpread(before), goneSpread(after)];
  return gone === null || goneAfter === null ? 0 : goneAfter.median.most - gone.median.most;
}

/** How far a difference lies outside of what the time gone and one step of the resolver explain. */
function beyond(differenceNs: number, goneNs: number, stepNs: number): number {
  const [lowest, highest] = [Math.min(0, goneNs) - stepNs, Math.max(0, goneNs) + stepNs];
  return Math.max(0, differenceNs - highest, lowest - differenceNs);
}

/** Not one lookup lost in any run of a side, and some in every run of the other. */
function isFirstLoss(before: Spread, after: Spread): boolean {
  return (before.range.most === 0 && after.range.least > 0) || (after.range.most === 0 && before.range.least > 0);
}
