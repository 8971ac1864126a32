import type { ClaimVerdict } from '../../judge/verdict.ts';
import { abortedDrill, type AbortedDrill } from '../aborted-drill.ts';
import { claimDetail } from '../claim-detail.ts';
import { headline } from '../headline.ts';
import { formatCount, formatLatency } from '../../judge/format.ts';
import { worstClaimsFirst } from '../worst-claims-first.ts';
import { html, type SafeHtml } from './html.ts';
import { mark, stateBadge } from './marks.ts';
import { faultLabel } from '../fault-label.ts';
import type { RunView } from './run-view.ts';

/** First screen: what was tried, the sentence, the claims, what to change first. */
export function resultSection(view: RunView, heading: 'h1' | 'h2'): SafeHtml {
  const { verdict } = view;
  const aborted = view.state === 'aborted' ? abortedDrill(view.journal) : null;
  const { sentence, consequence } = headline(verdict, aborted);
  const size = sentence.length > longSentence ? 'sentence long' : 'sentence';
  return html`<header>
    <div>
      <p class="tried">${tried(view)}</p>
      ${
        heading === 'h1'
          ? html`<h1 class="${size}">${sentence}</h1>`
          : html`<p>${stateBadge(view.state)}</p>
              <h2 class="${size}">${sentence}</h2>`
      }
      <p class="consequence">${consequence}</p>
    </div>
    <div class="claims">
      ${subheading(heading, verdictLine(view))}
      <ul>
        ${worstClaimsFirst(verdict.claims).map((claim) => claimItem(view, claim))}${unsafeItems(view)}
      </ul>
      ${changeFirst(view)}
    </div>
    ${missedChecks(view, heading)}${abortedFrame(aborted, heading)}
  </header>`;
}

/** One level below the sentence, so that the outline has no hole. */
function subheading(above: 'h1' | 'h2', text: string): SafeHtml {
  return above === 'h1' ? html`<h2 class="sub">${text}</h2>` : html`<h3 class="sub">${text}</h3>`;
}

/** A sentence with more characters is set smaller, so that the claims stay on the first screen. */
const longSentence = 130;

function tried({ verdict, faults, sites }: RunView): SafeHtml {
  const nodes = [...new Set(verdict.faults.map((fault) => fault.node))];
  const probes = verdict.probes.filter((probe) => probe.rate === 'busy');
  const intervals = [...new Set(probes.map((probe) => probe.intervalNs))].sort((a, b) => a - b).map(formatLatency);
  const where = nodes.length === 0 ? '' : ` on ${nodes.join(' and ')}`;
  const what = faults.length === 0 ? 'nothing was broken on purpose' : `${faults.map(faultLabel).join(', ')}${where}`;
  return html`<b>${verdict.head.experiment}</b>: ${verdict.head.title}. ${what}; DNS asked every
    ${intervals.join(' or ')} by ${verdict.probes.length} probes at ${sites.length} sites,
    ${formatCount(verdict.lookups)} lookups.
    ${verdict.fit === null ? '' : html`Less than planned, as the machine could not do all of it: ${verdict.fit.what}.`}`;
}

function verdictLine({ state, verdict }: RunView): string {
  const { claims } = verdict;
  const broken = claims.filter((claim) => claim.result === 'fail').length;
  if (state === 'fail') return `Verdict: fail, ${broken} of ${claims.length} claims broken`;
  if (state === 'pass') return `Verdict: pass, ${claims.length} of ${claims.length} claims hold`;
  return state === 'aborted' ? 'Verdict: none, the drill was aborted' : 'Verdict: inconclusive, no claim is judged';
}

function claimItem(view: RunView, claim: ClaimVerdict): SafeHtml {
  const shape = !view.judged
    ? 'question'
    : claim.result === 'fail'
      ? 'cross'
      : claim.result === 'pass'
        ? 'check'
        : 'question';
  return html`<li>
    ${mark(shape)}
    <div>
      <b class="mono">${claim.name}</b> ${fullStop(claim.claim)}
      <span class="detail">${view.judged ? claimDetail(claim) : 'Not judged.'}</span>
    </div>
  </li>`;
}

/** Those that felt it in one line; one that did not feel it proves the run worthless, and has its own. */
function unsafeItems({ verdict }: RunView): SafeHtml[] {
  const felt = verdict.mustFeel.filter((unsafe) => unsafe.felt);
  const names = felt.map((unsafe) => unsafe.of.replace('*/', ''));
  const unfelt = verdict.mustFeel.filter((unsafe) => !unsafe.felt);
  return [
    ...unfelt.map(
      (unsafe) =>
        html`<li>
          ${mark('question')}
          <div>
            <b class="mono">${unsafe.of}</b> known unsafe, and did not feel fault ${unsafe.fault}.
            <span class="detail">${unsafe.detail}</span>
          </div>
        </li>`,
    ),
    ...(felt.length === 0
      ? []
      : [
          html`<li>
            ${mark('ring')}
            <div>
              <b>Known unsafe</b>, so each must feel the fault, and did. <span class="detail">${names.join('; ')}</span>
            </div>
          </li>`,
        ]),
  ];
}

function changeFirst(view: RunView): SafeHtml | string {
  const first = view.verdict.advice.find((advice) => advice.basis === 'measured') ?? view.verdict.advice[0];
  if (first === undefined) return '';
  const firstLine = first.text.split('\n')[0] ?? '';
  return html`<p class="more"><b>Change first:</b> ${firstLine} <a href="#${view.id}-change">How</a></p>`;
}

function missedChecks({ verdict, state }: RunView, heading: 'h1' | 'h2'): SafeHtml | string {
  const missed = verdict.checks.filter((check) => check.result === 'missed');
  if (missed.length === 0 || state === 'aborted') return '';
  return html`<div class="framed">
    ${subheading(heading, `${missed.length === 1 ? 'One check was missed' : `${missed.length} checks were missed`}; the numbers below are shown and not judged`)}
    <ul>
      ${missed.map((check) => html`<li>${mark('question')} <b>${check.name}</b>: bound ${check.bound}; found ${check.found}. <span class="muted">${check.advice}</span></li>`)}
    </ul>
  </div>`;
}

function abortedFrame(aborted: AbortedDrill | null, heading: 'h1' | 'h2'): SafeHtml | string {
  if (aborted === null) return '';
  const { when, why, undone, leftBehind } = aborted;
  return html`<div class="framed">
    ${subheading(heading, `Aborted ${when}`)}
    <ul>
      <li>Why: ${why}</li>
      <li>Undone: ${undone}</li>
      <li>Left behind: ${leftBehind}</li>
      <li>What was recorded until then is kept and shown; lanes end where the data end.</li>
    </ul>
  </div>`;
}

function fullStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
