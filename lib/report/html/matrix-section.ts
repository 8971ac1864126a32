import type { FaultImpact, Outage, ProbeVerdict } from '../../judge/verdict.ts';
import { buildMatrix, type Matrix, type MatrixGroup, type MatrixRow } from '../matrix.ts';
import { serverName } from '../site-words.ts';
import { formatLatency, formatLimit, formatOutage } from '../../judge/format.ts';
import { failuresText, outageCeiling, worstOutage } from '../words.ts';
import { html, type SafeHtml } from './html.ts';
import { mark, probeMarks } from './marks.ts';
import type { RunView } from './run-view.ts';

/** The matrix: for every dnsConfig, listen mode and resolver the longest outage; rows that open where the screen is narrow. */
export function matrixSection(view: RunView): SafeHtml {
  const matrix = buildMatrix(view.verdict);
  const scaleNs = barScaleNs(view.verdict.probes);
  return html`<section class="matrix" aria-labelledby="${view.id}-matrix">
    <div class="matrix-head">
      <h2 id="${view.id}-matrix">${heading(view)}</h2>
      <fieldset class="switch">
        <legend class="visually-hidden">Deadline of the outages in the matrix</legend>
        <span class="legend" aria-hidden="true">No answer</span>
        <span class="choices">
          <label><input type="radio" name="${view.id}-deadline" class="deadline-hard" checked />ever (failed)</label>
          <label><input type="radio" name="${view.id}-deadline" class="deadline-1s" />within 1 s</label>
        </span>
      </fieldset>
    </div>
    ${modesLine(view)}
    <div class="matrix-wide">${wideTable(view, matrix, scaleNs)}</div>
    <div class="matrix-narrow">${narrowFirst(matrix).map((group) => narrowRows(view, matrix, group, scaleNs))}</div>
    ${legend(view, scaleNs)}
  </section>`;
}

function heading({ faults }: RunView): string {
  if (faults.length === 0) return 'Longest outage; nothing was broken on purpose';
  return faults.length === 1 ? 'Outage' : `Longest outage, of ${faults.length} faults`;
}

function modesLine({ verdict, sites }: RunView): SafeHtml {
  const { localIp, kubeDnsIp, kubeProxyMode } = verdict.head.cluster;
  const both = html`<b>Both addresses:</b> node-cache listens on <span class="mono">${localIp}</span> and on the
    kube-dns ClusterIP <span class="mono">${kubeDnsIp}</span>, as upstream ships it for kube-proxy in iptables mode. `;
  const local = html`<b>Link-local only:</b> on <span class="mono">${localIp}</span> alone, as upstream ships it for
    IPVS. `;
  return html`<p class="modes">
    ${sites.includes('both') ? both : ''}${sites.includes('link-local') ? local : ''}kube-proxy here: ${kubeProxyMode}.
  </p>`;
}

function wideTable(view: RunView, matrix: Matrix, scaleNs: number): SafeHtml {
  return html`<table>
    <caption class="visually-hidden">
      Longest outage of every dnsConfig, listen mode and resolver
    </caption>
    <thead>
      <tr>
        <th scope="col">dnsConfig</th>
        <th scope="col">node-cache listens on</th>
        ${matrix.columns.map((column) => html`<th scope="col">${column.label}</th>`)}
        <th scope="col" class="wire-col">nameserver itself<br />(wire queries)</th>
      </tr>
    </thead>
    ${matrix.groups.map((group) => wideGroup(view, group, scaleNs))}
  </table>`;
}

function wideGroup(view: RunView, group: MatrixGroup, scaleNs: number): SafeHtml {
  return html`<tbody>
    ${group.rows.map(
      (row, index) =>
        html`<tr>
          ${index === 0 ? html`<th scope="rowgroup" rowspan="${group.rows.length}">${groupHead(group)}</th>` : ''}
          <th scope="row">${row.place.long}</th>
          ${row.cells.map((probe) => wideCell(view, probe, scaleNs))}
          <td class="wire-col">${wireLines(view, row)}</td>
        </tr>`,
    )}
  </tbody>`;
}

function groupHead(group: MatrixGroup): SafeHtml {
  return html`<span class="group-name">${group.name}</span>
    ${group.nameservers.map((server, index) => html`<span class="servers">${index > 0 ? '→ ' : ''}${server}</span>`)}
    <span class="servers">${group.options}</span>
    <span class="role">${group.role}</span>`;
}

function wideCell(view: RunView, probe: ProbeVerdict | null, scaleNs: number): SafeHtml {
  if (probe === null) return html`<td class="muted">not probed</td>`;
  const broken = view.judged && probe.mark === 'broken';
  return html`<td${broken ? html` class="broken-cell"` : ''}>${cell(view, probe, scaleNs)}</td>`;
}

function cell(view: RunView, probe: ProbeVerdict, scaleNs: number): SafeHtml {
  const hard = worstOutage(probe, 'hard');
  const impatient = worstOutage(probe, 'impatient');
  const { shape, tone, word } = view.judged ? probeMarks[probe.mark] : unjudged;
  const latency = probe.afterFaults;
  const broken = view.judged && probe.mark === 'broken';
  const over = (metric: string): string => (view.judged && breaks(view, probe, metric) ? 'over' : '');
  const thin = view.judged && probe.mark === 'thin' ? ' · thin' : '';
  return html`<span class="cell-main ${tone}"
      >${mark(shape)}<span class="visually-hidden">${word}: </span
      ><span class="if-hard">${broken && hard?.outage.kind === 'none' ? 'none failed' : figure(hard, probe)}</span
      ><span class="if-1s">${figure(impatient, probe)}</span></span
    ><span class="cell-bar" aria-hidden="true"
      >${bar(impatient, 'fill-slow', scaleNs)}${bar(hard, 'fill-bad', scaleNs)}</span
    ><span class="cell-sub"
      ><span class="${over('slowest-lookup')}"
        >worst ${latency.worstNs === null ? '–' : formatLatency(latency.worstNs)}</span
      >
      · <span class="${over('failed-lookups')}">${failuresText(probe.afterFaults)}</span>${thin}</span
    >`;
}

function figure(impact: FaultOutage | null, probe: ProbeVerdict): string {
  if (impact !== null) return formatOutage(impact.outage, probe.intervalNs);
  return probe.afterFaults.failed + probe.afterFaults.abandoned === 0 ? 'none failed' : 'failures';
}

type FaultOutage = { readonly impact: FaultImpact; readonly outage: Outage };

/** Which of its numbers broke a claim is shown where that number stands. */
function breaks(view: RunView, probe: ProbeVerdict, metric: string): boolean {
  const thresholds = view.verdict.claims.flatMap((claim) => claim.thresholds);
  return thresholds.some(
    (threshold) => threshold.probe === probe.probe && threshold.metric === metric && !threshold.holds,
  );
}

function bar(impact: FaultOutage | null, fill: string, scaleNs: number): SafeHtml | string {
  if (impact === null || impact.outage.kind === 'none') return '';
  const lengthNs = impact.outage.atMostNs ?? scaleNs;
  return html`<i class="${fill}" style="width:${((Math.min(lengthNs, scaleNs) / scaleNs) * 100).toFixed(1)}%"></i>`;
}

function wireLines(view: RunView, row: MatrixRow): SafeHtml | SafeHtml[] {
  if (row.wire.every(({ probe }) => probe === null)) return html`<span class="muted">not probed</span>`;
  return row.wire.map(({ server, probe }, index) => {
    const name = serverName(view.verdict.head.cluster, server);
    const hard = probe === null ? null : worstOutage(probe, 'hard');
    const text = probe === null || hard === null ? 'not probed' : formatOutage(hard.outage, probe.intervalNs);
    return html`<span class="wire-line" title="${name}, ${server}"
      ><span class="circled">${index + 1}</span><span class="visually-hidden">${name}: </span>${text}</span
    >`;
  });
}

function narrowFirst({ groups }: Matrix): readonly MatrixGroup[] {
  return [...groups.filter((group) => group.broken), ...groups.filter((group) => !group.broken)];
}

function narrowRows(view: RunView, matrix: Matrix, group: MatrixGroup, scaleNs: number): SafeHtml {
  return html`<details class="narrow" ${view.judged && group.broken ? html`open` : ''}>
    <summary>
      <span class="group-name">${group.name}</span>
      <span class="role">${group.role}</span>
      <span class="sum">${group.rows.map((row) => narrowSum(view, row))}</span>
    </summary>
    <div>
      <p class="mono small muted">${[group.nameservers.join(' → '), group.options].join(' · ')}</p>
      <table>
        <thead>
          <tr>
            <th scope="col"><span class="visually-hidden">resolver</span></th>
            ${group.rows.map((row) => html`<th scope="col">${row.place.long}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${matrix.columns.map(
            (column, index) =>
              html`<tr>
                <th scope="row">${column.label}</th>
                ${group.rows.map((row) => wideCell(view, row.cells[index] ?? null, scaleNs))}
              </tr>`,
          )}
          <tr>
            <th scope="row">wire</th>
            ${group.rows.map((row) => html`<td>${wireLines(view, row)}</td>`)}
          </tr>
        </tbody>
      </table>
    </div>
  </details>`;
}

function narrowSum(view: RunView, row: MatrixRow): SafeHtml {
  const probes = row.cells.filter((probe) => probe !== null);
  const worst =
    probes.find((probe) => probe.mark === 'broken') ?? probes.find((probe) => probe.mark !== 'holds') ?? probes[0];
  const { shape, tone, word } = view.judged && worst !== undefined ? probeMarks[worst.mark] : unjudged;
  const text = (deadline: 'hard' | 'impatient'): string =>
    outageCeiling(
      probes.flatMap((probe) => probe.impacts.map((impact) => impact[deadline])),
      Math.min(...probes.map((probe) => probe.intervalNs)),
    );
  return html`<span class="${tone}"
    ><span class="muted">${row.place.short}</span> ${mark(shape)}<span class="visually-hidden">${word}: </span
    ><b class="if-hard">${text('hard')}</b><b class="if-1s">${text('impatient')}</b></span
  >`;
}

function legend(view: RunView, scaleNs: number): SafeHtml {
  const intervalsNs = view.verdict.probes.filter((probe) => probe.rate === 'busy').map((probe) => probe.intervalNs);
  const intervalNs = Math.max(0, ...intervalsNs);
  const marks = view.judged
    ? [
        html`<li>${mark('check')} claim holds</li>`,
        html`<li>${mark('cross')} claim broken</li>`,
        html`<li>${mark('ring')} known unsafe, or measured and not judged</li>`,
      ]
    : [html`<li>${mark('ring')} measured; this run judges nothing</li>`];
  return html`<ul class="legend-list">
      ${marks}
      <li><span class="swatch fill-bad"></span> failed</li>
      <li><span class="swatch fill-slow"></span> answered, slower than 1 s</li>
      <li>Bars end at ${formatLimit(scaleNs)}.</li>
    </ul>
    <p class="note">
      8.9–9.0 s means at least 8.9, at most 9.0: an outage is only known between two lookups. “None”: with a lookup
      every ${formatLatency(intervalNs)}, an outage shorter than about that could hide.
    </p>`;
}

const unjudged = { shape: 'ring', tone: '', word: 'measured' } as const;

/** The end of the bars: the longest outage, rounded up to a whole number of 5 s. */
function barScaleNs(probes: readonly ProbeVerdict[]): number {
  const outages = probes.flatMap((probe) => probe.impacts.flatMap((impact) => [impact.hard, impact.impatient]));
  const longestNs = Math.max(
    1e9,
    ...outages.map((outage) => (outage.kind === 'none' ? 0 : (outage.atMostNs ?? outage.atLeastNs))),
  );
  return Math.ceil(longestNs / 5e9) * 5e9;
}
