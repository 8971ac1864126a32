import type { Prediction, ProbeVerdict } from '../../judge/verdict.ts';
import { resolverLabel } from '../matrix.ts';
import { formatLatency } from '../../judge/format.ts';
import { html, type SafeHtml } from './html.ts';
import { notMeasured, section } from './section.ts';
import type { RunView } from './run-view.ts';

type Predicted = ProbeVerdict & { readonly predicted: Prediction };

/** What the resolver's model says that the slowest lookup may take, beside what it took. A deviation is a finding. */
export function predictedSection(view: RunView): SafeHtml {
  const probes = view.verdict.probes.filter((probe): probe is Predicted => probe.predicted !== null);
  const agree = probes.filter((probe) => probe.predicted.agrees).length;
  const scaleNs = Math.max(
    1e9,
    ...probes.flatMap((probe) => [probe.predicted.worstNs, probe.afterFaults.worstNs ?? 0]),
  );
  const body =
    probes.length === 0
      ? notMeasured('No prediction was made before this run, so nothing can be compared.')
      : html`<p class="intro">
            The slowest lookup. Open bar: predicted from resolv.conf and the state of each nameserver. Solid bar:
            measured.
          </p>
          <p>
            <b>${agree} of ${probes.length} agree.</b>
            ${agree === probes.length ? '' : 'A deviation is a finding about the resolver, or about the model.'}
          </p>
          ${view.sites.map((site) =>
            siteTable(
              site,
              probes.filter((probe) => probe.site === site),
              scaleNs,
            ),
          )}`;
  return section(view, { key: 'predicted', title: 'Predicted beside measured', body });
}

function siteTable(site: string, probes: readonly Predicted[], scaleNs: number): SafeHtml | string {
  if (probes.length === 0) return '';
  const groups = [...new Set(probes.map((probe) => probe.dnsConfig.name))];
  return html`<div
    class="of-site scroll"
    data-site="${site}"
    tabindex="0"
    role="group"
    aria-label="Predicted beside measured, ${site}"
  >
    <table>
      <thead>
        <tr>
          <th scope="col">${site === 'control' ? 'control: dnsConfig' : 'dnsConfig'}</th>
          <th scope="col">resolver</th>
          <th scope="col" class="num">predicted, at most</th>
          <th scope="col" class="num">measured</th>
          <td aria-hidden="true"></td>
          <th scope="col">result</th>
        </tr>
      </thead>
      ${groups.map((group) => {
        const rows = probes.filter((probe) => probe.dnsConfig.name === group);
        return html`<tbody>
          ${rows.map((probe, index) => row(probe, index === 0 ? rows.length : 0, scaleNs))}
        </tbody>`;
      })}
    </table>
  </div>`;
}

function row(probe: Predicted, rowSpan: number, scaleNs: number): SafeHtml {
  const { predicted, afterFaults } = probe;
  const width = (ns: number): string => `${((ns / scaleNs) * 100).toFixed(1)}%`;
  return html`<tr class="${predicted.agrees ? '' : 'deviates'}">
    ${rowSpan > 0 ? html`<th scope="rowgroup" rowspan="${rowSpan}"><span class="group-name">${probe.dnsConfig.name}</span></th>` : ''}
    <th scope="row">${resolverLabel(probe.resolver, probe.rate)}</th>
    <td class="num">${formatLatency(predicted.worstNs)}${predicted.failures ? ', may fail' : ''}</td>
    <td class="num">
      ${afterFaults.worstNs === null ? '–' : formatLatency(afterFaults.worstNs)}${afterFaults.failed + afterFaults.abandoned > 0 ? ', failed' : ''}
    </td>
    <td class="ruler" aria-hidden="true">
      <i class="predicted" style="width:${width(predicted.worstNs)}"></i>
      ${afterFaults.worstNs === null ? '' : html`<i class="measured" style="width:${width(afterFaults.worstNs)}"></i>`}
    </td>
    <td>${predicted.agrees ? 'agrees' : html`<span class="tag">? deviates</span> ${predicted.why}`}</td>
  </tr>`;
}
