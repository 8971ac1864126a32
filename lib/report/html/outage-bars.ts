import type { Outage, ProbeVerdict } from '../../judge/verdict.ts';
import { html, type SafeHtml } from './html.ts';
import { atMs, type RunView } from './run-view.ts';

/**
 * The outages of one lane: hatch where lookups failed, over dots where they took longer than 1 s, and rungs for the uncertain
 * edges of the whole. Positions are CSS variables in ms, so that zoom changes only the axis.
 */
export function outageBars(view: RunView, probe: ProbeVerdict): SafeHtml[] {
  return probe.impacts.flatMap((impact) => [
    ...parts(view, impact.impatient, 'fill-slow'),
    ...parts(view, impact.hard, 'fill-bad'),
    ...edges(view, impact.impatient),
  ]);
}

function parts(view: RunView, outage: Outage, fill: string): SafeHtml[] {
  if (outage.kind === 'none') return [];
  return outage.parts.map((part) => span(`span ${fill}`, atMs(view, part.fromNs), atMs(view, part.toNs)));
}

function edges(view: RunView, outage: Outage): SafeHtml[] {
  if (outage.kind === 'none') return [];
  const spans: SafeHtml[] = [];
  if (outage.goodBeforeDueNs !== null) {
    spans.push(span('span fill-edge', atMs(view, outage.goodBeforeDueNs), atMs(view, outage.firstBadDueNs)));
  }
  if (outage.goodAfterDueNs !== null) {
    spans.push(span('span fill-edge', atMs(view, outage.lastBadDueNs), atMs(view, outage.goodAfterDueNs)));
  } else {
    spans.push(span('span open', atMs(view, outage.lastBadDueNs), view.toMs));
  }
  return spans;
}

function span(cssClass: string, fromMs: number, toMs: number): SafeHtml {
  return html`<i class="${cssClass}" style="--a:${fromMs};--b:${toMs}"></i>`;
}
