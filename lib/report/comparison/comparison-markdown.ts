import { markdownTable } from 'markdown-table';
import stringWidth from 'string-width';
import type { CellComparison, Comparison, FigureName } from '../../compare/comparison.ts';
import { resultSentence } from './comparison-words.ts';
import { differenceText, figureOf, goneText, secondsText, spreadText } from './figure-text.ts';

/** A comparison for a document or an issue: medians, and ranges where a side has several runs. */
export function renderComparisonMarkdown(comparison: Comparison): string {
  const { result, marginNs, heldMarginNs, surroundings, claims, cells } = comparison;
  const groups = Map.groupBy(cells, ({ title, fault }) => `${title}, fault ${fault}`);
  return [
    `**${{ same: 'Same', differs: 'Differs', incomplete: 'Incomplete' }[result]}**: ${resultSentence(comparison)}.`,
    `Margin ${secondsText(marginNs)} beyond what the time for which node-cache was gone explains; ${secondsText(heldMarginNs)} for set-ups that a claim bounds. Median of the runs, in brackets their range.`,
    '',
    ...(['before', 'after'] as const).map((side) => `- ${side}: ${runsText(comparison[side])}`),
    ...surroundings.map(
      ({ what, before, after }) => `- ${what}: ${before.join(' or ')} before, ${after.join(' or ')} after`,
    ),
    ...claims
      .filter(({ outcome }) => outcome !== 'same')
      .map(
        ({ name, before, after, why }) =>
          `- claim ${name}: ${brokenText(before)} before, ${brokenText(after)} after${why === '' ? '' : `; not comparable, ${why}`}`,
      ),
    ...[...groups].flatMap(([heading, members]) => [
      '',
      `**${heading}**`,
      '',
      tableOf(members),
      ...reasonLines(members),
    ]),
    '',
  ].join('\n');
}

function runsText(runs: Comparison['before']): string {
  return runs
    .map(({ folder, result, leftOut }) => `${folder} (${leftOut === null ? result : `left out: ${leftOut}`})`)
    .join(', ');
}

function brokenText(count: { readonly runs: number; readonly broken: number } | null): string {
  return count === null ? 'not claimed' : `broken in ${count.broken} of ${count.runs}`;
}

const columns: readonly FigureName[] = ['outage', 'outage-at-1s', 'failed-lookups', 'slowest-lookup'];

function tableOf(cells: readonly CellComparison[]): string {
  const head = ['cell', 'gone', 'outage', 'outage at 1 s', 'failed', 'slowest', 'result'];
  const rows = cells.map((cell) => [
    cell.probe,
    arrow(goneText(cell.goneBefore), goneText(cell.goneAfter)),
    ...columns.map((name) => {
      const figure = figureOf(cell, name);
      return figure === null ? '' : arrow(spreadText(name, figure.before), spreadText(name, figure.after));
    }),
    cell.outcome === 'differs' ? '**differs**' : cell.outcome === 'same' ? 'same' : 'not comparable',
  ]);
  return markdownTable([head, ...rows], { stringLength: stringWidth });
}

function arrow(before: string, after: string): string {
  return before === after ? before : `${before} → ${after}`;
}

function reasonLines(cells: readonly CellComparison[]): string[] {
  const reasons = cells.flatMap(({ probe, why, figures }) => [
    ...(why === '' ? [] : [`- ${probe}: ${why}`]),
    ...figures.filter(({ outcome }) => outcome === 'differs').map((figure) => `- ${probe}: ${differenceText(figure)}`),
  ]);
  return reasons.length === 0 ? [] : ['', ...reasons];
}
