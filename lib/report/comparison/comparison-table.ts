import type { CellComparison, Comparison, FigureName, Outcome, RunOfSide } from '../../compare/comparison.ts';
import { painter, type Tone } from '../terminal/paint.ts';
import { padTo, spread, wrapField } from '../terminal/wrap-text.ts';
import { resultSentence } from './comparison-words.ts';
import { differenceText, figureOf, goneText, medianText, secondsText } from './figure-text.ts';

export interface ComparisonTableOptions {
  readonly columns: number;
  readonly colour: boolean;
  readonly exitCode: number;
}

/** A comparison on the terminal: the result, what was compared, claims, one line for each cell with the reason below those that differ. */
export function renderComparisonTable(comparison: Comparison, options: ComparisonTableOptions): string {
  const { columns } = options;
  const paint = painter(options.colour);
  const { result, marginNs, heldMarginNs } = comparison;
  const margins = `margin ${secondsText(marginNs)}, ${secondsText(heldMarginNs)} where a claim holds`;
  return [
    spread(`${paint(tones[result], result.toUpperCase())}  ${resultSentence(comparison)}`, margins, columns),
    '',
    ...sideLines('before', comparison.before, columns),
    ...sideLines('after', comparison.after, columns),
    ...comparison.surroundings.flatMap(({ what, before, after }) =>
      wrapField('differs', `${what}: ${before.join(' or ')} before, ${after.join(' or ')} after`, columns),
    ),
    ...claimLines(comparison, columns, paint),
    ...experimentsOf(comparison).flatMap(([heading, cells]) => ['', heading, ...cellLines(cells, options, paint)]),
    '',
    ...wrapField('', 'in brackets: not judged, as chance decides it (docs/comparing.md)', columns, 0),
    `exit code ${options.exitCode}`,
  ].join('\n');
}

const tones: Readonly<Record<Comparison['result'] | Outcome, Tone>> = {
  same: 'good',
  differs: 'bad',
  incomplete: 'unknown',
  'not-comparable': 'unknown',
};

function sideLines(side: string, runs: readonly RunOfSide[], columns: number): string[] {
  const used = runs.filter(({ leftOut }) => leftOut === null);
  return [
    ...wrapField(side, used.map(({ folder, result }) => `${folder} (${result})`).join(', ') || 'no run', columns),
    ...runs.flatMap(({ folder, leftOut }) =>
      leftOut === null ? [] : wrapField('left out', `${folder}: ${leftOut}`, columns),
    ),
  ];
}

function claimLines({ claims }: Comparison, columns: number, paint: ReturnType<typeof painter>): string[] {
  const count = (side: { readonly runs: number; readonly broken: number } | null) =>
    side === null ? 'not claimed' : `broken in ${side.broken} of ${side.runs}`;
  return claims.flatMap(({ name, before, after, outcome, why }) => {
    const text = `${name}: ${count(before)} before, ${count(after)} after`;
    const result = paint(tones[outcome], wordOf(outcome));
    return wrapField('claim', `${text}, ${result}${why === '' ? '' : `: ${why}`}`, columns);
  });
}

/** Cells by experiment and fault, with a heading that says for how long node-cache was gone. */
function experimentsOf({ cells }: Comparison): readonly (readonly [string, readonly CellComparison[]])[] {
  const groups = Map.groupBy(cells, ({ title, fault }) => `${title}, fault ${fault}`);
  return [...groups].map(([name, members]) => {
    const gone = [...new Set(members.filter(({ site }) => site !== 'control').map(({ site }) => site))].map((site) => {
      const cell = members.find((each) => each.site === site && each.outcome !== 'not-comparable');
      return `${site} ${goneText(cell?.goneBefore ?? null)} before, ${goneText(cell?.goneAfter ?? null)} after`;
    });
    return [`${name}${gone.length === 0 ? '' : `; node-cache gone: ${gone.join('; ')}`}`, members] as const;
  });
}

function cellLines(
  cells: readonly CellComparison[],
  { columns }: ComparisonTableOptions,
  paint: ReturnType<typeof painter>,
): string[] {
  const width = Math.max(4, ...cells.map(({ probe }) => probe.length)) + 2;
  const text = (cell: CellComparison, name: FigureName, side: 'before' | 'after') => {
    const figure = figureOf(cell, name);
    if (figure === null) return '';
    const median = medianText(name, figure[side]);
    return figure.outcome === 'not-judged' ? `(${median})` : median;
  };
  const row = (name: string, ...fields: readonly string[]) =>
    (padTo(name, width) + fields.map((field, index) => padTo(field, widths[index] ?? 0)).join('')).trimEnd();
  return [
    row('cell', 'outage', 'after', 'slowest', 'after', 'result'),
    ...cells.flatMap((cell) => [
      row(
        cell.probe,
        text(cell, 'outage', 'before'),
        text(cell, 'outage', 'after'),
        text(cell, 'slowest-lookup', 'before'),
        text(cell, 'slowest-lookup', 'after'),
        paint(tones[cell.outcome], wordOf(cell.outcome)),
      ),
      ...reasonsOf(cell).flatMap((reason) => wrapField('', reason, columns, 4)),
    ]),
  ];
}

const widths = [15, 15, 10, 10];

function reasonsOf({ why, figures }: CellComparison): readonly string[] {
  return why === '' ? figures.filter(({ outcome }) => outcome === 'differs').map(differenceText) : [why];
}

function wordOf(outcome: Outcome): string {
  return { same: 'same', differs: 'DIFFERS', 'not-comparable': 'not comparable' }[outcome];
}
