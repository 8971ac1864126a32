import type { Outage } from '../../judge/verdict.ts';
import { formatLatency, formatOutage } from '../../judge/format.ts';
import { html, type SafeHtml } from './html.ts';
import type { Lane, LaneLookup } from './lane.ts';
import type { RunView } from './run-view.ts';

type Felt = Extract<Outage, { kind: 'outage' }>;

interface EdgesInput {
  readonly lane: Lane;
  readonly outage: Felt;
  readonly fault: number;
  readonly hidden: boolean;
}

const width = 340;
const height = 84;
const middle = 42;

/** Both edges of one outage, magnified to single lookups, with the four lookups that its bounds are made of. */
export function edgesFigure(view: RunView, { lane, outage, fault, hidden }: EdgesInput): SafeHtml {
  const { probe } = lane;
  const name = `${probe.dnsConfig.name}, ${probe.resolver}, fault ${fault}`;
  const goodBefore = outage.goodBeforeDueNs;
  const goodAfter = outage.goodAfterDueNs;
  return html`<section class="edges" data-of="${lane.id}" ${hidden ? html`hidden` : ''}>
    <h4>How the bounds come about: ${name}</h4>
    <p class="small muted">
      ${formatOutage(outage, probe.intervalNs)}: at least from the first to the last bad lookup (failed, or slower than
      1 s),
      ${goodAfter === null ? 'and not recovered when the data end' : 'at most from the last good lookup before to the first good one after'}.
      ${outage.parts.length > 1 ? `In ${outage.parts.length} parts, ${formatLatency(outage.badNs)} of them bad.` : ''}
    </p>
    <div class="pair">
      <figure>
        ${edge(view, lane, [
          { word: 'last good', atNs: goodBefore, above: false },
          { word: 'first bad', atNs: outage.firstBadDueNs, above: true },
        ])}
        <figcaption>Start of the outage</figcaption>
      </figure>
      <figure>
        ${edge(view, lane, [
          { word: 'last bad', atNs: outage.lastBadDueNs, above: true },
          { word: 'first good', atNs: goodAfter, above: false },
        ])}
        <figcaption>End of the outage</figcaption>
      </figure>
    </div>
  </section>`;
}

interface Named {
  readonly word: string;
  readonly atNs: number | null;
  readonly above: boolean;
}

function edge(view: RunView, lane: Lane, named: readonly [Named, Named]): SafeHtml {
  const placed = named.flatMap(({ word, atNs, above }) =>
    atNs === null ? [] : [{ word, above, ms: (atNs - view.zeroNs) / 1e6 }],
  );
  const centreMs = placed.reduce((sum, { ms }) => sum + ms, 0) / placed.length;
  const spreadMs = Math.max(0, ...placed.map(({ ms }) => Math.abs(ms - centreMs)));
  const halfMs = Math.max(lane.stepMs * 6.5, spreadMs + lane.stepMs * 2.5);
  const x = (ms: number): number => Math.round(((ms - centreMs) / halfMs) * (width / 2) + width / 2);
  const near = lane.lookups.filter((lookup) => Math.abs(lookup.dueMs - centreMs) < halfMs);
  const label = placed.map(({ word, ms }) => `${word} ${seconds(ms)}`).join(', ');
  const from = x(Math.min(...placed.map(({ ms }) => ms)));
  const to = x(Math.max(...placed.map(({ ms }) => ms)));
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
    <rect
      x="${from}"
      y="${middle - 13}"
      width="${Math.max(1, to - from)}"
      height="26"
      fill="none"
      stroke="var(--ink-2)"
      stroke-dasharray="3 2"
    />
    ${near.map((lookup) => shape(lookup, x(lookup.dueMs)))}
    ${placed.map(({ word, ms, above }) => callout(`${word} ${seconds(ms)}`, x(ms), above))}
    <path d="M6 ${height - 4}h${Math.round((lane.stepMs / halfMs) * (width / 2))}" stroke="var(--ink-2)" />
    <text x="${Math.round((lane.stepMs / halfMs) * (width / 2)) + 11}" y="${height}" font-size="10">
      ${formatLatency(lane.stepMs * 1e6)}
    </text>
  </svg>`;
}

function callout(text: string, x: number, above: boolean): SafeHtml {
  const anchor = x < 60 ? 'start' : x > width - 60 ? 'end' : 'middle';
  return html`<path d="M${x} ${above ? middle - 8 : middle + 6}v${above ? -12 : 12}" stroke="var(--ink)" /><text
      x="${x}"
      y="${above ? 15 : middle + 29}"
      font-size="11.5"
      font-weight="650"
      text-anchor="${anchor}"
      >${text}</text
    >`;
}

function shape({ kind }: LaneLookup, x: number): SafeHtml {
  if (kind === 'good') return html`<circle class="s-good" cx="${x}" cy="${middle}" r="3.2" />`;
  if (kind === 'slow') return html`<path class="s-slow" d="M${x} ${middle - 5}l5 9h-10z" />`;
  if (kind === 'bad') return html`<path class="s-bad" d="M${x - 4} ${middle - 4}l8 8m0-8l-8 8" />`;
  return html`<circle class="s-unsent" cx="${x}" cy="${middle}" r="3.8" />`;
}

/** Two decimals: the grain of the edges is the probe's interval, not 0.1 s. */
function seconds(ms: number): string {
  return `${(ms / 1e3).toFixed(2)} s`;
}
