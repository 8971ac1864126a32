import { compareCells } from './compare-cells.ts';
import { compareClaims } from './compare-claims.ts';
import type { Comparison, Margins, RunOfSide, SurroundingDifference } from './comparison.ts';
import type { MeasuredRun } from './measured-run.ts';

export interface CompareOptions extends Margins {
  readonly before: readonly MeasuredRun[];
  readonly after: readonly MeasuredRun[];
  /** Use inconclusive runs too. */
  readonly all: boolean;
}

/** Two sets of runs, cell by cell and claim by claim. Pure: the same runs and margins give the same comparison. */
export function compareRuns({ before, after, all, marginNs, heldMarginNs }: CompareOptions): Comparison {
  const counts = ({ inconclusive }: MeasuredRun) => all || inconclusive === null;
  const [used, usedAfter] = [before.filter(counts), after.filter(counts)];
  const cells = compareCells(used, usedAfter, { marginNs, heldMarginNs });
  const claims = compareClaims(used, usedAfter);
  const outcomes = new Set([...cells, ...claims].map(({ outcome }) => outcome));
  const complete = cells.length > 0 && !outcomes.has('not-comparable');
  return {
    schema: 1,
    result: outcomes.has('differs') ? 'differs' : complete ? 'same' : 'incomplete',
    marginNs,
    heldMarginNs,
    before: before.map((run) => asSideNamesIt(run, counts(run))),
    after: after.map((run) => asSideNamesIt(run, counts(run))),
    surroundings: surroundingsThatDiffer(used, usedAfter),
    claims,
    cells,
  };
}

function asSideNamesIt({ folder, runId, title, result, inconclusive }: MeasuredRun, isUsed: boolean): RunOfSide {
  return { folder, runId, title, result, leftOut: isUsed ? null : inconclusive };
}

function surroundingsThatDiffer(
  before: readonly MeasuredRun[],
  after: readonly MeasuredRun[],
): readonly SurroundingDifference[] {
  const names = [...new Set([...before, ...after].flatMap(({ surroundings }) => [...surroundings.keys()]))];
  const valuesOf = (runs: readonly MeasuredRun[], what: string) =>
    [...new Set(runs.map(({ surroundings }) => surroundings.get(what) ?? 'none'))].sort();
  return names
    .map((what) => ({ what, before: valuesOf(before, what), after: valuesOf(after, what) }))
    .filter((each) => new Set([...each.before, ...each.after]).size > 1);
}
