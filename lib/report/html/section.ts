import { html, type SafeHtml } from './html.ts';
import type { RunView } from './run-view.ts';

export interface SectionParts {
  readonly key: string;
  readonly title: string;
  readonly body: SafeHtml;
}

/** A part of the page that folds; all are open in the file, and the script folds some where the screen is narrow. */
export function section(view: RunView, { key, title, body }: SectionParts): SafeHtml {
  return html`<details class="sec sec-${key}" id="${view.id}-${key}" data-key="${key}" open>
    <summary><h2>${title}</h2></summary>
    ${body}
  </details>`;
}

/** What a rule asks and this run did not measure is said, never left out. */
export function notMeasured(why: string): SafeHtml {
  return html`<p class="not-measured"><b>Not measured.</b> ${why}</p>`;
}
