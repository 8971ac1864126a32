import { scaleLog } from 'd3-scale';
import { listensOn } from '../site-words.ts';
import { resolverLabel } from '../matrix.ts';
import { formatLatency, formatLimit } from '../../judge/format.ts';
import { failuresText } from '../words.ts';
import { html, type SafeHtml } from './html.ts';
import { laneData } from './lane-data.ts';
import type { Lane } from './lane.ts';
import { latencyPaths, plotSize } from './latency-paths.ts';
import { section } from './section.ts';
import { timeTicks } from './time-axis.ts';
import type { RunView } from './run-view.ts';

/** One plot per probe, log scale, from the due time to the answer or to the giving up. One dnsConfig at a time is shown on screens. */
export function latencySection(view: RunView): SafeHtml {
  const names = [...new Set(view.lanes.map(dnsConfigOf))];
  const body = html`<p class="intro">
      From the time a lookup was due to its answer, log scale. A failed lookup stands where its resolver gave up.
    </p>
    <fieldset class="switch">
      <legend class="visually-hidden">dnsConfig of the latency plots</legend>
      <span class="legend" aria-hidden="true">dnsConfig</span>
      <span class="choices"
        >${names.map(
          (name, index) =>
            html`<label
              ><input
                type="radio"
                name="${view.id}-config"
                class="config-${index}"
                ${name === firstShown(view) ? html`checked` : ''}
              />${name}</label
            >`,
        )}</span
      >
    </fieldset>
    ${view.sites.map(
      (site) =>
        html`<div class="of-site" data-site="${site}">
          ${names.map((name, index) =>
            plots(
              view,
              name,
              index,
              view.lanes.filter((lane) => lane.probe.site === site && dnsConfigOf(lane) === name),
            ),
          )}
        </div>`,
    )}`;
  return section(view, { key: 'latency', title: 'Latency', body });
}

/** Rules that show the chosen dnsConfig only; without them (on paper, or where styles are blocked) all are shown. */
export function latencyChoiceRules(count: number): string {
  const rules = Array.from(
    { length: count },
    (_, index) => `.run:has(.config-${index}:checked) .of-config:not(.of-config-${index}){display:none}`,
  );
  return `@media screen{${rules.join('')}}`;
}

export function latencyChoices(view: RunView): number {
  return new Set(view.lanes.map(dnsConfigOf)).size;
}

function dnsConfigOf({ probe }: Lane): string {
  return probe.resolver === 'wire' ? 'nameservers' : probe.dnsConfig.name;
}

/** The dnsConfig that explains the verdict: a broken one, else the first that a claim chose. */
function firstShown(view: RunView): string | undefined {
  const by = (mark: string): Lane | undefined =>
    view.lanes.find((lane) => lane.probe.mark === mark && lane.probe.site !== 'control');
  const lane = by('broken') ?? by('not-felt') ?? by('thin') ?? by('holds') ?? view.lanes[0];
  return lane === undefined ? undefined : dnsConfigOf(lane);
}

function plots(view: RunView, name: string, index: number, lanes: readonly Lane[]): SafeHtml | string {
  if (lanes.length === 0) return '';
  return html`<div class="plots of-config of-config-${index}" role="group" aria-label="Latency of ${name}">
    ${lanes.map((lane) => plot(view, lane))}
  </div>`;
}

function plot(view: RunView, lane: Lane): SafeHtml {
  const { probe } = lane;
  const limitNs = claimLimitNs(view, lane);
  const resolver =
    probe.resolver === 'wire'
      ? `wire, ${probe.dnsConfig.nameservers[0] ?? ''}`
      : resolverLabel(probe.resolver, probe.rate);
  const name = probe.nameKind === 'external' ? resolver : `${resolver}, ${probe.nameKind}`;
  const failures = failuresText(probe.afterFaults);
  const { p50Ns, p99Ns, worstNs } = probe.afterFaults;
  const quantiles =
    p50Ns === null || p99Ns === null || worstNs === null
      ? 'no lookup'
      : `p50 ${formatLatency(p50Ns)}, p99 ${formatLatency(p99Ns)}, worst ${formatLatency(worstNs)}`;
  return html`<div
    class="latency"
    role="img"
    aria-label="${probe.dnsConfig.name}, ${name}, ${listensOn[probe.site]}: ${failures}, ${quantiles}"
  >
    <p class="caption"><b>${name}</b><span>${failures}, ${quantiles}</span></p>
    <div class="body">
      ${decades.map((decade) => html`<span class="y" style="top:calc(var(--h) * ${fraction(decade.ms).toFixed(4)})">${decade.label}</span>`)}
      <div class="area">
        <svg
          viewBox="0 0 ${plotSize.width} ${plotSize.height}"
          preserveAspectRatio="none"
          aria-hidden="true"
          data-plot="${lane.id}"
          data-least="${latencyRangeMs.least}"
          data-most="${latencyRangeMs.most}"
        >
          ${decades.map((decade) => html`<path class="grid" d="M0 ${(fraction(decade.ms) * plotSize.height).toFixed(1)}h${plotSize.width}" />`)}
          ${latencyPaths(view, lane, logY)}
        </svg>
        ${probe.site === 'control' ? '' : view.faults.map((fault) => html`<i class="fault-line" style="--a:${fault.atMs}"></i>`)}
        ${limitNs === null ? '' : html`<i class="claim-line" style="top:${(fraction(limitNs / 1e6) * 100).toFixed(2)}%">claim ${formatLimit(limitNs)}</i>`}
      </div>
      <div class="x" aria-hidden="true">${timeTicks(view, '', 6)}</div>
    </div>
    <script type="application/json" data-lane-data="${lane.id}">
      ${laneJson(lane)}
    </script>
  </div>`;
}

/** Numbers and a string of [0-9a-z!~@ -] only, so that no escaping is needed inside the script element. */
function laneJson(lane: Lane): SafeHtml {
  const { firstMs, stepMs } = lane;
  return html.raw`${JSON.stringify({ first: Math.round(firstMs * 10) / 10, step: stepMs, lookups: laneData(lane) })}`;
}

/** Top and bottom of every latency plot; what lies outside is drawn at the edge. */
const latencyRangeMs = { least: 0.1, most: 50_000 } as const;

const log = scaleLog([latencyRangeMs.least, latencyRangeMs.most], [1, 0]).clamp(true);

const decades = [0.1, 1, 10, 100, 1000, 10_000].map((ms) => ({ ms, label: ms < 1000 ? `${ms} ms` : `${ms / 1000} s` }));

function fraction(ms: number): number {
  return log(ms) * 0.96 + 0.02;
}

function logY(latencyMs: number): number {
  return fraction(Math.max(latencyMs, latencyRangeMs.least)) * plotSize.height;
}

function claimLimitNs(view: RunView, { probe }: Lane): number | null {
  const limits = view.verdict.claims
    .flatMap((claim) => claim.thresholds)
    .filter((threshold) => threshold.probe === probe.probe && threshold.metric === 'slowest-lookup')
    .map((threshold) => threshold.limit);
  return limits.length === 0 ? null : Math.min(...limits);
}
