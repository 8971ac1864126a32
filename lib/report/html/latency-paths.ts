import { html, type SafeHtml } from './html.ts';
import type { Lane, LaneLookup } from './lane.ts';
import type { RunView } from './run-view.ts';

/** The coordinates of a latency plot; the browser stretches them to the plot's box. */
export const plotSize = { width: 560, height: 190 } as const;

/** Above this many lookups in one plot good ones are a heat map, binned by time and by the logarithm of latency. */
const heatMapAbove = 5_000;

/** Good lookups first, so that nothing hides a failure. */
export function latencyPaths(view: RunView, lane: Lane, y: (latencyMs: number) => number): SafeHtml[] {
  const x = (ms: number): number => ((ms - view.fromMs) / (view.toMs - view.fromMs)) * plotSize.width;
  const of = (kind: LaneLookup['kind']): readonly LaneLookup[] => lane.lookups.filter((lookup) => lookup.kind === kind);
  const good = of('good');
  return [
    ...(good.length > heatMapAbove ? heatMap(good, x, y) : [path('l-good', dots(good, x, y))]),
    path(
      'l-slow',
      shapes(of('slow'), (lookup) => `M${at(x(lookup.dueMs))} ${at(y(lookup.latencyMs) - 3)}l3 5.4h-6z`),
    ),
    path(
      'l-bad',
      shapes(
        of('bad'),
        (lookup) => `M${at(x(lookup.dueMs) - 2.4)} ${at(y(lookup.latencyMs) - 2.4)}l4.8 4.8m0-4.8l-4.8 4.8`,
      ),
    ),
  ];
}

/** Two at the same half pixel could not be told apart, so one of them is enough. */
function shapes(lookups: readonly LaneLookup[], draw: (lookup: LaneLookup) => string): string {
  return [...new Set(lookups.map(draw))].join('');
}

/** One dot for each half pixel that holds any: more could not be told apart. Relative moves keep it small. */
function dots(lookups: readonly LaneLookup[], x: (ms: number) => number, y: (ms: number) => number): string {
  const seen = new Set<number>();
  let d = '';
  let lastX = 0;
  let lastY = 0;
  for (const lookup of lookups) {
    const dotX = Math.round(x(lookup.dueMs) * 2);
    const dotY = Math.round(y(lookup.latencyMs) * 2);
    const cell = dotX * 1000 + dotY;
    if (seen.has(cell)) continue;
    seen.add(cell);
    d += d === '' ? `M${dotX / 2} ${dotY / 2}h0` : `m${(dotX - lastX) / 2} ${(dotY - lastY) / 2}h0`;
    lastX = dotX;
    lastY = dotY;
  }
  return d.replaceAll(' -', '-').replace(/(?<!\d)0\./g, '.');
}

function heatMap(lookups: readonly LaneLookup[], x: (ms: number) => number, y: (ms: number) => number): SafeHtml[] {
  const bins = new Map<string, number>();
  for (const lookup of lookups) {
    const bin = `M${Math.floor(x(lookup.dueMs) / 3) * 3 + 1} ${Math.floor(y(lookup.latencyMs) / 3) * 3 + 1}h0`;
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  const most = Math.max(...bins.values());
  const level = (count: number): number => Math.min(3, Math.floor((Math.log(count) / Math.log(most + 1)) * 4));
  return [0, 1, 2, 3].map((wanted) => {
    const d = [...bins].filter(([, count]) => level(count) === wanted).map(([bin]) => bin);
    return path(`l-good heat-${wanted + 1}`, d.join(''));
  });
}

function path(cssClass: string, d: string): SafeHtml {
  return d === '' ? html`` : html`<path class="${cssClass}" d="${d}" />`;
}

function at(value: number): number {
  return Math.round(value * 2) / 2;
}
