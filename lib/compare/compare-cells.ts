import { listOf } from '../judge/format.ts';
import { compareFigures, goneSpread } from './compare-figures.ts';
import type { CellComparison, Margins } from './comparison.ts';
import type { MeasuredCell } from './measured-cell.ts';
import type { MeasuredRun } from './measured-run.ts';

/** Every cell that any run has, in the order of the first run that has it. */
export function compareCells(
  before: readonly MeasuredRun[],
  after: readonly MeasuredRun[],
  margins: Margins,
): readonly CellComparison[] {
  const [cells, cellsAfter] = [byPlace(before), byPlace(after)];
  return [...new Set([...cells.keys(), ...cellsAfter.keys()])].flatMap((place) => {
    const [own, others] = [cells.get(place) ?? [], cellsAfter.get(place) ?? []];
    const any = own[0] ?? others[0];
    return any === undefined ? [] : compareCell(any, own, others, margins);
  });
}

interface CellOfRun {
  readonly title: string;
  readonly cell: MeasuredCell;
}

function byPlace(runs: readonly MeasuredRun[]): ReadonlyMap<string, readonly CellOfRun[]> {
  const all = runs.flatMap(({ title, cells }) => cells.map((cell) => ({ title, cell })));
  return Map.groupBy(all, ({ title, cell }) => `${title}\n${cell.probe}\n${cell.fault}`);
}

function compareCell(
  { title, cell }: CellOfRun,
  before: readonly CellOfRun[],
  after: readonly CellOfRun[],
  margins: Margins,
): CellComparison {
  const [own, others] = [before.map((each) => each.cell), after.map((each) => each.cell)];
  const why = whyNotComparable(own, others);
  const figures = why === '' ? compareFigures(own, others, margins) : [];
  const { probe, site, dnsConfig, resolver, rate, fault } = cell;
  return {
    ...{ title, probe, site, dnsConfig, resolver, rate, fault },
    outcome:
      why === '' ? (figures.some(({ outcome }) => outcome === 'differs') ? 'differs' : 'same') : 'not-comparable',
    why,
    goneBefore: goneSpread(own),
    goneAfter: goneSpread(others),
    figures,
  };
}

/** Empty when it can be compared. */
function whyNotComparable(before: readonly MeasuredCell[], after: readonly MeasuredCell[]): string {
  if (after.length === 0) return 'only before';
  if (before.length === 0) return 'only after';
  const unlike = aspectsThatDiffer(before, after);
  if (unlike.length > 0) return `asked otherwise: ${listOf(unlike)}`;
  if (after.every(({ decided }) => decided === 0)) return 'no lookup is decided after';
  return before.every(({ decided }) => decided === 0) ? 'no lookup is decided before' : '';
}

/** `interval (50 ms before, 100 ms after)`. Runs of one side that differ are no one side. */
function aspectsThatDiffer(before: readonly MeasuredCell[], after: readonly MeasuredCell[]): readonly string[] {
  const aspects = [...new Set([...before, ...after].flatMap(({ asked }) => [...asked.keys()]))];
  const valuesOf = (cells: readonly MeasuredCell[], aspect: string) =>
    [...new Set(cells.map(({ asked }) => asked.get(aspect) ?? 'none'))].sort();
  return aspects.flatMap((aspect) => {
    const [own, others] = [valuesOf(before, aspect), valuesOf(after, aspect)];
    const alike = new Set([...own, ...others]).size === 1;
    return alike ? [] : [`${aspect} (${own.join(' or ')} before, ${others.join(' or ')} after)`];
  });
}
