import type { SiteName } from '../../journal/entry.ts';
import { controlSharesNode } from '../../judge/control-shares-node.ts';
import type { Outage } from '../../judge/verdict.ts';
import { listensOn, serverName } from '../site-words.ts';
import { resolverLabel } from '../matrix.ts';
import { formatCount, formatLatency, formatOutage } from '../../judge/format.ts';
import { failuresText, worstOutage } from '../words.ts';
import { edgesFigure } from './edges-figure.ts';
import { html, type SafeHtml } from './html.ts';
import { laneMarks } from './lane-marks.ts';
import type { Lane } from './lane.ts';
import { nodeTracks, type NodeTrack } from './node-tracks.ts';
import { outageBars } from './outage-bars.ts';
import { faultLabel } from '../fault-label.ts';
import type { RunView } from './run-view.ts';
import { section } from './section.ts';
import { timeTicks } from './time-axis.ts';

/** Faults, node tracks, and one lane for each probe: what happened, when. */
export function timelinesSection(view: RunView): SafeHtml {
  const body = html`<p class="intro">
      One lane for each dnsConfig and resolver, in seconds from the first fault. Upper bar: outage, with its uncertain
      edges. Lower marks: every lookup at the time it was due.${view.merged ? mergedNote : ''}
    </p>
    <ul class="legend-list">
      <li><span class="swatch fill-bad"></span> failed</li>
      <li><span class="swatch fill-slow"></span> answered, slower than 1 s</li>
      <li><span class="swatch fill-edge"></span> uncertain edge, drawn at least 3 px wide</li>
      <li>
        <svg width="10" height="10" aria-hidden="true"><circle class="s-good" cx="5" cy="5" r="2.5" /></svg> good, low
        mark
      </li>
      <li>
        <svg width="12" height="12" aria-hidden="true"><path class="s-slow" d="M6 1.5l4.5 8.5h-9z" /></svg> slow, half
        height
      </li>
      <li>
        <svg width="12" height="12" aria-hidden="true"><path class="s-bad" d="M2 2l8 8M10 2l-8 8" /></svg> failed, full
        height
      </li>
      <li>
        <svg width="12" height="12" aria-hidden="true"><circle class="s-unsent" cx="6" cy="6" r="3.5" /></svg> due, not
        sent
      </li>
    </ul>
    <p class="note needs-script">
      Zoom in with the buttons or by dragging; where there is room every lookup gets its shape. Keys on a lane: ↑ ↓
      lane, ← → lookup.
    </p>
    ${view.sites.map((site) => sitePanel(view, site))}`;
  return section(view, { key: 'timelines', title: 'Timelines', body });
}

const mergedNote = html` To keep this page small, good lookups more than 2 s away from any fault or bad lookup are drawn
as one band; the journal has them all.`;

/** Above this number of lanes a panel shows one line for each dnsConfig and opens on demand. */
const manyLanes = 40;

function sitePanel(view: RunView, site: SiteName): SafeHtml {
  const lanes = view.lanes.filter((lane) => lane.probe.site === site);
  const node = lanes[0]?.probe.node ?? '';
  const tracks = nodeTracks(view, site);
  return html`<div class="of-site" data-site="${site}">
    <h3>${siteTitle(view, site)}, <span class="mono">${node}</span></h3>
    <div class="panel timeline" role="group" aria-label="Timelines, ${listensOn[site]}">
      <div class="row axis" aria-hidden="true">
        <span class="name"></span>
        <span class="plot">${timeTicks(view, 'at tick', 8)}${site === 'control' ? '' : flags(view)}</span>
        <span class="longest">longest, over 1 s</span>
      </div>
      ${tracks.length > 0 ? html`<div class="tracks">${tracks.map(trackRow)}</div>` : noTracks(site)}
      ${laneGroups(view, lanes).map((group) => laneGroup(view, group, lanes.length > manyLanes))}
      <div class="marks" aria-hidden="true">
        ${view.faults.map((fault) => html`<i class="fault-line" style="--a:${fault.atMs}"></i>`)}<i class="cursor"></i>
      </div>
    </div>
    <p class="readout needs-script" aria-live="polite"></p>
    ${edgesOf(view, lanes)}
  </div>`;
}

function siteTitle({ verdict }: RunView, site: SiteName): string {
  return site === 'control' && controlSharesNode(verdict.probes)
    ? 'Control: a CoreDNS pod, asked past node-cache from the same node'
    : siteTitles[site];
}

const siteTitles = {
  both: 'node-cache on both addresses',
  'link-local': 'node-cache on the link-local address only',
  control: 'Control: an untouched node',
} as const;

function noTracks(site: SiteName): SafeHtml | string {
  return site === 'control' ? '' : html`<p class="small muted">Nothing was recorded of the node itself.</p>`;
}

function flags(view: RunView): SafeHtml[] {
  return view.faults.map((fault) => html`<span class="at flag" style="--a:${fault.atMs}">${faultLabel(fault)}</span>`);
}

function trackRow(track: NodeTrack): SafeHtml {
  const words = track.spans.map((span) => span.text).join(', then ');
  return html`<div class="row track" role="img" aria-label="${track.name}: ${words}">
    <span class="name">${track.name}</span
    ><span class="plot"
      >${track.spans.map(
        (span) =>
          html`<span class="span ${span.state}" style="--a:${span.fromMs};--b:${span.toMs}">${span.text}</span>`,
      )}</span
    ><span></span>
  </div>`;
}

interface LaneGroup {
  readonly name: string;
  readonly detail: string;
  readonly lanes: readonly Lane[];
  readonly laneName: (lane: Lane) => string;
}

function laneGroups(view: RunView, lanes: readonly Lane[]): readonly LaneGroup[] {
  const cluster = view.verdict.head.cluster;
  const wires = lanes.filter((lane) => lane.probe.resolver === 'wire');
  const lookups = lanes.filter((lane) => lane.probe.resolver !== 'wire');
  const names = [...new Set(lookups.map((lane) => lane.probe.dnsConfig.name))];
  const groups = names.map((name): LaneGroup => {
    const own = lookups.filter((lane) => lane.probe.dnsConfig.name === name);
    return { name, detail: dnsConfigDetail(own), lanes: own, laneName: resolverAndName };
  });
  if (wires.length === 0) return groups;
  const wireGroup: LaneGroup = {
    name: 'nameservers asked directly',
    detail: 'wire queries, one packet each',
    lanes: wires,
    laneName: ({ probe }) => serverName(cluster, probe.dnsConfig.nameservers[0] ?? probe.dnsConfig.name),
  };
  return [wireGroup, ...groups];
}

function dnsConfigDetail(lanes: readonly Lane[]): string {
  const config = lanes[0]?.probe.dnsConfig;
  if (config === undefined) return '';
  const options = [
    config.stock ? 'ClusterFirst' : '',
    config.timeoutS === null ? '' : `timeout:${config.timeoutS}`,
    `ndots:${config.ndots}`,
  ];
  return [config.nameservers.join(' → '), ...options].filter((part) => part !== '').join(' · ');
}

function resolverAndName({ probe }: Lane): string {
  const name = resolverLabel(probe.resolver, probe.rate);
  return probe.nameKind === 'external' ? name : `${name}, ${probe.nameKind}`;
}

function laneGroup(view: RunView, group: LaneGroup, folded: boolean): SafeHtml {
  const head = html`<span class="group-name">${group.name}</span><span class="mono">${group.detail}</span>`;
  const rows = group.lanes.map((lane) => laneRow(view, lane, group.laneName(lane), group.name));
  if (!folded)
    return html`<div class="group">
      <h4>${head}</h4>
      ${rows}
    </div>`;
  return html`<details class="group">
    <summary>${head} (${group.lanes.length} lanes)</summary>
    ${rows}
  </details>`;
}

function laneRow(view: RunView, lane: Lane, name: string, group: string): SafeHtml {
  const worst = worstOutage(lane.probe, 'impatient');
  const hard = worstOutage(lane.probe, 'hard');
  const text = worst === null ? '–' : shortText(worst.outage, lane.probe.intervalNs);
  const tone =
    hard !== null && hard.outage.kind === 'outage'
      ? 'is-fail'
      : worst !== null && worst.outage.kind === 'outage'
        ? 'p-slow-text'
        : 'muted';
  return html`<div
    class="row lane"
    id="${lane.id}"
    data-lane="${lane.id}"
    data-name="${group}, ${name}"
    role="img"
    aria-label="${name} ${text}, ${group}: ${laneWords(lane)}"
  >
    <span class="name">${name}</span>
    <span class="plot">${outageBars(view, lane.probe)}${laneMarks(view, lane)}</span>
    <span class="longest ${tone}">${text}</span>
  </div>`;
}

/** The column is narrow; the lane's name has the whole. */
function shortText(outage: Outage, intervalNs: number): string {
  const open = outage.kind === 'outage' && outage.atMostNs === null;
  return open ? 'not recovered' : formatOutage(outage, intervalNs);
}

/** The lane in words: for its accessible name. */
function laneWords({ probe, lookups }: Lane): string {
  if (lookups.length === 0) return 'no data';
  const hard = worstOutage(probe, 'hard');
  const impatient = worstOutage(probe, 'impatient');
  const { worstNs, lookups: total } = probe.afterFaults;
  return [
    hard === null
      ? 'no fault'
      : hard.outage.kind === 'none'
        ? 'always an answer'
        : `no answer for ${formatOutage(hard.outage, probe.intervalNs)}`,
    impatient === null
      ? null
      : `over 1 s for ${formatOutage(impatient.outage, probe.intervalNs)}${inParts(impatient.outage)}`,
    `${failuresText(probe.afterFaults)} of ${formatCount(total)} lookups`,
    worstNs === null ? null : `worst ${formatLatency(worstNs)}`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

function inParts(outage: Outage): string {
  return outage.kind === 'outage' && outage.parts.length > 1 ? ` in ${outage.parts.length} parts` : '';
}

/** The edges of every lane that has any; only the worst is shown until another lane is chosen. */
function edgesOf(view: RunView, lanes: readonly Lane[]): (SafeHtml | string)[] {
  const figures = lanes.flatMap((lane) => {
    const worst = worstOutage(lane.probe, 'impatient');
    return worst === null || worst.outage.kind === 'none'
      ? []
      : [{ lane, outage: worst.outage, fault: worst.impact.fault }];
  });
  const resolvers = figures.filter(({ lane }) => lane.probe.resolver !== 'wire');
  const shown = (resolvers.find(({ lane }) => lane.probe.mark === 'broken') ?? resolvers[0] ?? figures[0])?.lane;
  return figures.map(({ lane, outage, fault }) => edgesFigure(view, { lane, outage, fault, hidden: lane !== shown }));
}
