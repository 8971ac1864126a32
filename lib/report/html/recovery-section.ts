import { scaleLinear } from 'd3-scale';
import type { FaultVerdict, RecoveryStep } from '../../judge/verdict.ts';
import { listensOn } from '../site-words.ts';
import { formatLatency } from '../../judge/format.ts';
import { html, type SafeHtml } from './html.ts';
import { faultLabel } from '../fault-label.ts';
import type { RunView } from './run-view.ts';
import { notMeasured, section } from './section.ts';

/** From the signal to Ready, taken apart; one scale for all faults, so that the reader sees which knob to turn. */
export function recoverySection(view: RunView): SafeHtml {
  const faults = view.verdict.faults.filter((fault) => fault.recovery.length > 0);
  const longestNs = Math.max(1e9, ...faults.flatMap((fault) => fault.recovery.map((step) => step.atNs ?? 0)));
  const body =
    faults.length === 0
      ? notMeasured('Nothing was broken in this experiment, or the node agent saw none of the recovery.')
      : html`<p class="intro">
            Each bar is one step, from the end of the step before it; a ring is a moment after node-cache answers again.
            One scale for all faults.
          </p>
          ${view.sites.map(
            (site) =>
              html`<div class="of-site stack" data-site="${site}">
                ${faults.filter((fault) => fault.site === site).map((fault) => waterfall(fault, longestNs))}
              </div>`,
          )}`;
  return section(view, { key: 'recovery', title: 'Recovery', body });
}

interface TimedStep extends RecoveryStep {
  readonly fromNs: number;
  /** Milestones come after node-cache answers again, in no order of their own: a point, not a stretch of time. */
  readonly milestone: boolean;
}

function waterfall(fault: FaultVerdict, longestNs: number): SafeHtml {
  const steps = timed(fault.recovery);
  const tookNs = (step: TimedStep): number => (step.atNs === null || step.milestone ? 0 : step.atNs - step.fromNs);
  const longest = Math.max(...steps.map(tookNs));
  const scale = scaleLinear([0, longestNs / 1e9], [2, 94]);
  const ticks = scale.ticks(5);
  const grid = ticks.map((tick) => html`<u style="left:${scale(tick).toFixed(2)}%"></u>`);
  return html`<div>
    <h3>${faultLabel(fault)}, ${listensOn[fault.site]}: ${headline(fault)}</h3>
    <div class="scroll" tabindex="0" role="group" aria-label="Recovery after ${faultLabel(fault)}">
      <table class="waterfall">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <td class="track-cell" aria-hidden="true">
              ${ticks.map((tick, index) => html`<span style="left:${scale(tick).toFixed(2)}%">${tick}${index === ticks.length - 1 ? ' s' : ''}</span>`)}
            </td>
            <th scope="col" class="num">Took</th>
            <th scope="col" class="num">At</th>
            <th scope="col">What changes it</th>
          </tr>
        </thead>
        <tbody>
          ${steps.map((step) => {
            const isLongest = tookNs(step) === longest && longest > 0;
            return html`<tr class="${isLongest ? 'longest' : ''}">
              <th scope="row">${step.step}</th>
              <td class="track-cell">${grid}${stepBar(step, scale, isLongest)}</td>
              <td class="num">${tookText(step)}</td>
              <td class="num muted">${step.atNs === null ? '' : `+${formatLatency(step.atNs)}`}</td>
              <td class="muted">${step.whatChangesIt}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </div>`;
}

function timed(steps: readonly RecoveryStep[]): readonly TimedStep[] {
  const answered = steps.findIndex((step) => /first wire answer/i.test(step.step));
  let fromNs = 0;
  return steps.map((step, index) => {
    const milestone = answered >= 0 && index > answered;
    const timedStep = { ...step, milestone, fromNs: milestone ? fromNs : Math.min(fromNs, step.atNs ?? fromNs) };
    if (!milestone) fromNs = Math.max(fromNs, step.atNs ?? fromNs);
    return timedStep;
  });
}

function stepBar(step: TimedStep, scale: (seconds: number) => number, isLongest: boolean): SafeHtml | string {
  if (step.atNs === null) return '';
  const left = scale(step.fromNs / 1e9);
  const right = scale(step.atNs / 1e9);
  if (step.milestone) return html`<b class="milestone" style="left:${right.toFixed(2)}%"></b>`;
  return html`<i
    class="${isLongest ? 'fill-time-long' : 'fill-time'}"
    style="left:${left.toFixed(2)}%;width:${(right - left).toFixed(2)}%"
  ></i>`;
}

function tookText({ atNs, fromNs, milestone }: TimedStep): string {
  if (atNs === null) return 'not seen';
  if (!milestone) return formatLatency(atNs - fromNs);
  return `${atNs < fromNs ? '−' : '+'}${formatLatency(Math.abs(atNs - fromNs))}`;
}

function headline(fault: FaultVerdict): string {
  const answer = fault.recovery.find((step) => /first (wire )?answer/i.test(step.step)) ?? fault.recovery.at(-1);
  if (answer === undefined || answer.atNs === null) return 'no answer was seen again';
  return `${answer.step} after ${formatLatency(answer.atNs)}`;
}
