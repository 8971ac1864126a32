import type { Comparison, Outcome } from '../../compare/comparison.ts';
import { countOf, formatPart } from '../../judge/format.ts';

/** The result of a comparison in one sentence without its full stop. */
export function resultSentence({ before, after, cells, claims }: Comparison): string {
  const used = (runs: Comparison['before']) => runs.filter(({ leftOut }) => leftOut === null).length;
  if (used(before) === 0) return 'nothing is compared: no run before proves anything';
  if (used(after) === 0) return 'nothing is compared: no run after proves anything';
  const count = (outcome: Outcome) => cells.filter((cell) => cell.outcome === outcome).length;
  const claimsThat = (outcome: Outcome) => claims.filter((claim) => claim.outcome === outcome).length;
  const parts = [
    `${formatPart(count('same'), cells.length)} cells are the same`,
    count('differs') > 0 ? `${count('differs')} differ` : '',
    count('not-comparable') > 0 ? `${count('not-comparable')} can't be compared` : '',
    claimsThat('differs') > 0 ? `${countOf(claimsThat('differs'), 'claim')} broke on one side only` : '',
    claimsThat('not-comparable') > 0 ? `${countOf(claimsThat('not-comparable'), 'claim')} can't be compared` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
