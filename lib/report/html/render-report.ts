import { readFileSync } from 'node:fs';
import type { ReportMeta, ReportRun } from '../report-input.ts';
import { overallState, runState } from '../run-state.ts';
import { answeredSection } from './answered-section.ts';
import { changeSection } from './change-section.ts';
import { evidenceSection } from './evidence-section.ts';
import { html, type SafeHtml } from './html.ts';
import { latencyChoiceRules, latencyChoices, latencySection } from './latency-section.ts';
import { stateBadge, stateWords } from './marks.ts';
import { matrixSection } from './matrix-section.ts';
import { predictedSection } from './predicted-section.ts';
import { recoverySection } from './recovery-section.ts';
import { reproduceSection } from './reproduce-section.ts';
import { resultSection } from './result-section.ts';
import { faultLabel } from '../fault-label.ts';
import { runView, type RunView } from './run-view.ts';
import { timelinesSection } from './timelines-section.ts';

/** Above this size good lookups far from any fault are merged; a page must stay quick on a phone. */
const mostBytes = 3_000_000;

/**
 * The whole report as one HTML file that loads nothing: the same runs give the same bytes. All of it reads without script;
 * the script adds zoom, cursor and keys.
 */
export function renderReport(runs: readonly ReportRun[], meta: ReportMeta): string {
  const full = page(runs, meta, false);
  return Buffer.byteLength(full) <= mostBytes ? full : page(runs, meta, true);
}

function page(runs: readonly ReportRun[], meta: ReportMeta, merged: boolean): string {
  const views = runs.map((run, index) => runView(run, index + 1, merged));
  const state = overallState(runs, meta);
  const only = views.length === 1 && meta.skipped.length + meta.broken.length === 0 ? views[0] : undefined;
  const choices = Math.max(0, ...views.map(latencyChoices));
  const styles = html.raw`${asset('page.css')}${latencyChoiceRules(choices)}`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${stateWords[state].word}: nodelocal-drill ${meta.runId}</title>
        <link rel="icon" href="data:," />
        <style>
          ${styles}
        </style>
        <script>
          document.documentElement.classList.add('js');
        </script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the result</a>
        <header class="top">
          <div class="wrap">
            <span class="brand">nodelocal-drill</span> ${stateBadge(state)}
            <nav aria-label="Parts of this report">
              <ul>
                ${only === undefined ? runLinks(views) : partLinks(only)}
              </ul>
            </nav>
          </div>
        </header>
        <main class="wrap" id="main">
          ${only === undefined ? runList(runs, views, meta) : ''}
          ${views.map((view) => article(view, meta, only === undefined ? 'h2' : 'h1'))}
        </main>
        <footer>
          <div class="wrap">Run ${meta.runId}. Made by nodelocal-drill; this page loads nothing and sends nothing.</div>
        </footer>
        <script>
          ${html.raw`${asset('page.js')}`};
        </script>
      </body>
    </html> `;
  return String(document);
}

function article(view: RunView, meta: ReportMeta, heading: 'h1' | 'h2'): SafeHtml {
  return html`<article
    class="run"
    id="${view.id}"
    data-from="${view.fromMs}"
    data-to="${view.toMs}"
    style="--x0:${view.fromMs};--w:${view.toMs - view.fromMs}"
  >
    ${resultSection(view, heading)} ${matrixSection(view)} ${switches(view)} ${timelinesSection(view)}
    ${latencySection(view)} ${answeredSection(view)} ${recoverySection(view)} ${predictedSection(view)}
    ${evidenceSection(view)} ${changeSection(view)} ${reproduceSection(view, meta)}
  </article>`;
}

/** The listen mode governs all parts from here on and needs no script; the time does. */
function switches(view: RunView): SafeHtml {
  const modes = view.sites.filter((site) => site !== 'control');
  const labels = { both: 'both addresses', 'link-local': 'link-local only', control: '' };
  const mode = html`<fieldset class="switch">
    <legend class="visually-hidden">node-cache listens on</legend>
    <span class="legend" aria-hidden="true">node-cache listens on</span>
    <span class="choices"
      >${modes.map(
        (site, index) =>
          html`<label
            ><input
              type="radio"
              name="${view.id}-mode"
              class="mode-${site}"
              value="${site}"
              ${index === 0 ? html`checked` : ''}
            />${labels[site]}</label
          >`,
      )}</span
    >
  </fieldset>`;
  const windows = [
    { label: 'all', window: '' },
    ...view.faults.map((fault) => ({ label: faultLabel(fault), window: `fault-${fault.fault}` })),
    { label: 'first bad', window: 'first-bad' },
    { label: 'last bad', window: 'last-bad' },
  ];
  const time = html`<div class="switch needs-script" role="group" aria-label="Time shown">
    <span class="legend" aria-hidden="true">Time</span>
    <span class="choices"
      >${windows.map(
        ({ label, window }) =>
          html`<button type="button" data-window="${window}" aria-pressed="${window === '' ? 'true' : 'false'}">
            ${label}
          </button>`,
      )}</span
    >
  </div>`;
  const faults = html`<script type="application/json" class="faults">
    ${html.raw`${JSON.stringify(view.faults.map(({ fault, atMs }) => ({ fault, atMs })))}`}
  </script>`;
  return html`<div class="bar">
    <div>${modes.length > 1 ? mode : ''}${view.faults.length > 0 ? time : ''}${faults}</div>
  </div>`;
}

function partLinks({ id }: RunView): SafeHtml[] {
  const parts = [
    ['timelines', 'Timelines'],
    ['latency', 'Latency'],
    ['answered', 'Who answered'],
    ['recovery', 'Recovery'],
    ['predicted', 'Predicted'],
    ['evidence', 'Evidence'],
    ['change', 'Change'],
    ['reproduce', 'Reproduce'],
  ] as const;
  return parts.map(([key, title]) => html`<li><a href="#${id}-${key}">${title}</a></li>`);
}

function runLinks(views: readonly RunView[]): SafeHtml[] {
  return views.map((view) => html`<li><a href="#${view.id}">${view.verdict.head.experiment}</a></li>`);
}

/** Of several experiments the list comes first; a skipped one has its reason, and is never shown as passed. */
function runList(runs: readonly ReportRun[], views: readonly RunView[], meta: ReportMeta): SafeHtml {
  return html`<section class="runs">
    <h1>${runs.length + meta.skipped.length + meta.broken.length} experiments</h1>
    <ol>
      ${runs.map(
        (run, index) =>
          html`<li>
            ${stateBadge(runState(run))}
            <a class="mono" href="#${views[index]?.id ?? ''}">${run.verdict.head.experiment}</a>
            <span>${run.verdict.sentence}</span>
          </li>`,
      )}
      ${meta.broken.map(
        (broken) =>
          html`<li>
            ${stateBadge('broken')} <span class="mono">${broken.experiment}</span>
            <span>The suite or the cluster broke, so there is no verdict: ${broken.message}</span>
          </li>`,
      )}
      ${meta.skipped.map(
        (skipped) =>
          html`<li>
            ${stateBadge('skipped')} <span class="mono">${skipped.experiment}</span>
            <span>Skipped, not passed: ${skipped.reason}</span>
          </li>`,
      )}
    </ol>
  </section>`;
}

function asset(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
