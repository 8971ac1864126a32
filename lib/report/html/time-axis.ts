import { scaleLinear } from 'd3-scale';
import { html, type SafeHtml } from './html.ts';
import type { RunView } from './run-view.ts';

/** Labels of a time axis in seconds from the first fault, as HTML, so that they keep their size on any screen. */
export function timeTicks(view: RunView, cssClass: string, count: number): SafeHtml[] {
  const seconds = scaleLinear([view.fromMs / 1e3, view.toMs / 1e3], [0, 1])
    .ticks(count)
    // A label at the very end would run into what stands beside the axis.
    .filter((second) => second * 1e3 < view.toMs - (view.toMs - view.fromMs) * 0.03);
  return seconds.map((second, index) => {
    const unit = index === seconds.length - 1 ? ' s' : '';
    return html`<span class="${cssClass}" style="--a:${second * 1e3}">${offsetLabel(second)}${unit}</span>`;
  });
}

function offsetLabel(second: number): string {
  if (second === 0) return '0';
  return second > 0 ? `+${second}` : `−${-second}`;
}
