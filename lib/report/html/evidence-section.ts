import { pressureInWords } from '../../journal/machine-pressure.ts';
import type { Check } from '../../judge/verdict.ts';
import { waitingLoop } from '../waiting-loop.ts';
import { formatCount, formatLatency, formatOutage } from '../../judge/format.ts';
import { worstOutage } from '../words.ts';
import { html, type SafeHtml } from './html.ts';
import { mark } from './marks.ts';
import { section } from './section.ts';
import type { RunView } from './run-view.ts';

/** Why a reader may believe the verdict: every assumption with its bound, and what was found. */
export function evidenceSection(view: RunView): SafeHtml {
  const { checks, mustFeel } = view.verdict;
  const body = html`<p class="intro">Each check has a bound. One miss, and the verdict is inconclusive, not pass.</p>
    <div class="scroll" tabindex="0" role="group" aria-label="Checks">
      <table>
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Bound</th>
            <th scope="col">Found</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          ${checks.map(checkRow)}
          ${mustFeel.map(
            (unsafe) =>
              html`<tr>
                <th scope="row">Known unsafe: ${unsafe.of}</th>
                <td>must feel fault ${unsafe.fault}. <span class="muted">${unsafe.why}</span></td>
                <td>${unsafe.detail}</td>
                <td class="nowrap">${unsafe.felt ? result('ok') : result('missed')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${machineLines(view)}${loopLine(view)}${troubleLines(view)}`;
  return section(view, { key: 'evidence', title: 'Why believe it', body });
}

function checkRow(check: Check): SafeHtml {
  return html`<tr>
    <th scope="row">${check.name}</th>
    <td>${check.bound}</td>
    <td>
      ${check.found}${check.result === 'missed' && check.advice !== '' ? html`<br /><span class="muted">${check.advice}</span>` : ''}
    </td>
    <td class="nowrap">${result(check.result)}</td>
  </tr>`;
}

function result(value: Check['result']): SafeHtml {
  if (value === 'ok') return html`<span class="is-pass">${mark('check')} ok</span>`;
  if (value === 'missed') return html`<span class="is-unknown">${mark('question')} missed</span>`;
  return html`<span class="is-open">${mark('dash')} not measured</span>`;
}

/** What was not asked, and how busy the machine was. */
function machineLines({ verdict: { fit, machine }, journal: { nodeEvents } }: RunView): SafeHtml | string {
  const told = pressureInWords(machine);
  const lagMs = nodeEvents.map(({ event, detail }) => (event === 'lag' ? Number(detail['behindMs']) : 0));
  const lag = Math.max(0, ...lagMs);
  const behind =
    lag === 0 ? '' : ` The journal was up to ${formatLatency(lag * 1e6)} behind the probes, and lost nothing by it.`;
  const busy = told === '' ? '' : html`<p>The machine, from the baseline to the end: ${told}.${behind}</p>`;
  if (fit === null) return busy;
  const names = fit.leftOut.length === 0 ? '' : html` Left out: ${fit.leftOut.join(', ')}.`;
  return html`<p class="finding">
      The machine could not do all that was planned, so the drill asked less from the baseline on: ${fit.what}. In the
      warm-up ${fit.reason}.${names}
    </p>
    ${busy}`;
}

/** What the usual test script would have said of the longest outage: a reason to ask on a schedule. */
function loopLine(view: RunView): SafeHtml | string {
  const felt = view.verdict.probes
    .filter((probe) => probe.rate === 'busy' && probe.resolver !== 'wire')
    .flatMap((probe) => {
      const worst = worstOutage(probe, 'impatient');
      return worst === null || worst.outage.kind === 'none' ? [] : [{ probe, outage: worst.outage }];
    });
  const longest = felt.toSorted((a, b) => (b.outage.atMostNs ?? Infinity) - (a.outage.atMostNs ?? Infinity))[0];
  if (longest === undefined) return '';
  const { probe, outage } = longest;
  const loop = waitingLoop(view.journal.observations.get(probe.probe) ?? [], outage);
  if (loop === null) return '';
  return html`<p class="finding">
    A loop that waits for each answer (<code>nslookup; sleep 0.5</code>) would have asked
    ${loop.asked === 1 ? 'once' : `${formatCount(loop.asked)} times`} in the longest outage, where
    ${probe.dnsConfig.name} with ${probe.resolver} asked ${formatCount(loop.due)} times and was without an answer within
    1 s for ${formatOutage(outage, probe.intervalNs)}.
  </p>`;
}

function troubleLines(view: RunView): SafeHtml | string {
  const troubles = view.journal.troubles;
  if (troubles.length === 0) return '';
  return html`<h3 class="part">What the suite itself lost</h3>
    <ul class="small">
      ${troubles.slice(0, 40).map((trouble) => html`<li>${trouble.what}${trouble.probe === null ? '' : ` (${trouble.probe})`}: ${trouble.message}</li>`)}
      ${troubles.length > 40 ? html`<li>and ${troubles.length - 40} more, in the journal</li>` : ''}
    </ul>`;
}
