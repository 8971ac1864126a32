import { html, type SafeHtml } from './html.ts';
import { section } from './section.ts';
import type { RunView } from './run-view.ts';

/** What to change; what this run measured is kept apart from what is merely predicted. */
export function changeSection(view: RunView): SafeHtml {
  const measured = view.verdict.advice.filter((advice) => advice.basis === 'measured');
  const predicted = view.verdict.advice.filter((advice) => advice.basis === 'predicted');
  const body =
    view.verdict.advice.length === 0
      ? html`<p class="intro">Nothing: this run gives no reason to change anything.</p>`
      : html`${list('Measured in this run', measured)}${list('Predicted, not measured here', predicted)}`;
  return section(view, { key: 'change', title: 'What to change', body });
}

function list(title: string, advice: RunView['verdict']['advice']): SafeHtml | string {
  if (advice.length === 0) return '';
  return html`<h3 class="part">${title}</h3>
    <ol class="advice">
      ${advice.map(({ text }) => html`<li>${text}</li>`)}
    </ol>`;
}
