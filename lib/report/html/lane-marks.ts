import { html, type SafeHtml } from './html.ts';
import type { Lane, LaneLookup } from './lane.ts';
import type { RunView } from './run-view.ts';

/**
 * Every lookup of a lane at its due time, one path for each outcome: good short at the bottom, slow to mid height, bad to full
 * height, unsent hanging from the top. The x unit is 1 ms, so that the view box alone zooms; y is 0 (top) to 10.
 */
export function laneMarks(view: RunView, lane: Lane): SafeHtml {
  const paths = kinds.map(({ kind, cssClass, y, height }) => {
    const d = ticks(lane.lookups, kind, y, height) + (kind === 'good' ? mergedLines(lane) : '');
    return d === '' ? '' : html`<path class="${cssClass}" d="${d}" />`;
  });
  return html`<svg
    class="lookups"
    viewBox="${view.fromMs} 0 ${view.toMs - view.fromMs} 10"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    ${paths}
  </svg>`;
}

const kinds = [
  { kind: 'good', cssClass: 'p-good', y: 10, height: -3 },
  { kind: 'slow', cssClass: 'p-slow', y: 10, height: -6 },
  { kind: 'bad', cssClass: 'p-bad', y: 10, height: -10 },
  { kind: 'unsent', cssClass: 'p-unsent', y: 0, height: 4 },
] as const;

/** Relative moves: some six bytes a lookup, where absolute ones take eleven. */
function ticks(lookups: readonly LaneLookup[], kind: LaneLookup['kind'], y: number, height: number): string {
  let d = '';
  let x = 0;
  for (const lookup of lookups) {
    if (lookup.kind !== kind) continue;
    const at = Math.round(lookup.dueMs);
    d += d === '' ? `M${at} ${y}v${height}` : `m${at - x}${-height < 0 ? -height : ` ${-height}`}v${height}`;
    x = at;
  }
  return d;
}

/** Merged lookups are a band as high as their ticks were: three lines of one pixel. */
function mergedLines({ mergedMs }: Lane): string {
  return mergedMs
    .map(({ from, to }) => {
      const length = Math.max(1, Math.round(to - from));
      return [9.5, 8.5, 7.5].map((y) => `M${Math.round(from)} ${y}h${length}`).join('');
    })
    .join('');
}
