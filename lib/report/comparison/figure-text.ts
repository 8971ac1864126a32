import type { CellComparison, FigureComparison, FigureName } from '../../compare/comparison.ts';
import type { Bounds, Spread } from '../../compare/spread.ts';
import { formatCount, formatLatency } from '../../judge/format.ts';

const figureWords: Readonly<Record<FigureName, string>> = {
  outage: 'outage',
  'outage-at-1s': 'outage at 1 s',
  'failed-lookups': 'failed lookups',
  'slowest-lookup': 'slowest lookup',
};

/** The median of a figure, outages as at least-at most: `12.0-12.2 s`, `none`, `at least 9.0 s`, `141`, `2.07 s`. */
export function medianText(figure: FigureName, spread: Spread): string {
  return boundsText(figure, spread.median);
}

/** … and, of several runs, from where to where they reach: `12.0-12.2 s (10.9-13.4 s)`. */
export function spreadText(figure: FigureName, spread: Spread): string {
  const median = medianText(figure, spread);
  return spread.runs < 2 ? median : `${median} (${boundsText(figure, spread.range)})`;
}

export function figureOf({ figures }: CellComparison, name: FigureName): FigureComparison | null {
  return figures.find(({ figure }) => figure === name) ?? null;
}

/** What a reader must know of a figure that differs: `outage: none before, 9.0-9.2 s after, 8.4 s of it unexplained (margin 2.0 s)`. */
export function differenceText({ figure, before, after, unexplainedNs, marginNs }: FigureComparison): string {
  const beyond =
    unexplainedNs > marginNs
      ? `${secondsText(unexplainedNs)} that nothing explains, margin ${secondsText(marginNs)}`
      : 'one side lost no lookup in any run';
  return `${figureWords[figure]}: ${spreadText(figure, before)} before, ${spreadText(figure, after)} after; ${beyond}`;
}

/** `12.9 s`; a time that was not seen in every run is `unknown`. */
export function goneText(gone: Spread | null): string {
  return gone === null ? 'unknown' : secondsText(gone.median.most);
}

export function secondsText(ns: number): string {
  return Number.isFinite(ns) ? `${(ns / 1e9).toFixed(1)} s` : 'endless';
}

function boundsText(figure: FigureName, { least, most }: Bounds): string {
  if (figure === 'failed-lookups') return least === most ? countText(least) : `${countText(least)}-${countText(most)}`;
  if (figure === 'slowest-lookup')
    return least === most ? formatLatency(least) : `${formatLatency(least)}-${formatLatency(most)}`;
  if (most === 0) return 'none';
  if (most === Infinity) return `at least ${secondsText(least)}`;
  return `${(Math.floor(least / 1e8) / 10).toFixed(1)}-${(Math.ceil(most / 1e8) / 10).toFixed(1)} s`;
}

/** The median of an even number of runs may be half a lookup. */
function countText(count: number): string {
  return Number.isInteger(count) ? formatCount(count) : count.toFixed(1);
}
