import type { ProbeVerdict } from '../../judge/verdict.ts';
import type { RunState } from '../run-state.ts';
import { html, type SafeHtml } from './html.ts';

/** A small drawing that stands beside a word, so it is hidden from screen readers. */
export type MarkShape = 'check' | 'cross' | 'ring' | 'question' | 'square' | 'dash';

export function mark(shape: MarkShape): SafeHtml {
  return html`<svg class="mark ${toneOfShape[shape]}" viewBox="0 0 12 12" aria-hidden="true">${drawings[shape]}</svg>`;
}

export const stateWords = {
  pass: { shape: 'check', word: 'Pass', tone: 'is-pass' },
  fail: { shape: 'cross', word: 'Fail', tone: 'is-fail' },
  inconclusive: { shape: 'question', word: 'Inconclusive', tone: 'is-unknown' },
  aborted: { shape: 'square', word: 'Aborted', tone: 'is-open' },
  broken: { shape: 'square', word: 'Suite error', tone: 'is-open' },
  skipped: { shape: 'dash', word: 'Skipped', tone: 'is-open' },
} as const satisfies Record<RunState, { shape: MarkShape; word: string; tone: string }>;

export function stateBadge(state: RunState): SafeHtml {
  const { shape, word, tone } = stateWords[state];
  return html`<span class="badge ${tone}">${mark(shape)} ${word}</span>`;
}

/** Shape, tone and words of a matrix cell's mark. */
export const probeMarks = {
  holds: { shape: 'check', tone: 'is-pass', word: 'claim holds' },
  thin: { shape: 'check', tone: 'is-pass', word: 'claim holds, thin margin' },
  broken: { shape: 'cross', tone: 'is-fail', word: 'claim broken' },
  felt: { shape: 'ring', tone: '', word: 'known unsafe, felt it' },
  'not-felt': { shape: 'question', tone: 'is-unknown', word: 'known unsafe, did not feel it' },
  measured: { shape: 'ring', tone: '', word: 'measured, not judged' },
} as const satisfies Record<ProbeVerdict['mark'], { shape: MarkShape; tone: string; word: string }>;

const toneOfShape: Readonly<Record<MarkShape, string>> = {
  check: 'is-pass',
  cross: 'is-fail',
  ring: 'is-open',
  question: 'is-unknown',
  square: 'is-open',
  dash: 'is-open',
};

const drawings: Readonly<Record<MarkShape, SafeHtml>> = {
  check: html`<path d="M1.5 6.5l3 3 6-7" />`,
  cross: html`<path d="M2 2l8 8M10 2l-8 8" />`,
  ring: html`<circle cx="6" cy="6" r="3.8" />`,
  question: html`<path d="M3 4c0-4 6-4 6-.6 0 2.1-3 2.1-3 4.3M6 9.4v1.8" />`,
  square: html`<rect x="2.5" y="2.5" width="7" height="7" />`,
  dash: html`<path d="M2 6h8" />`,
};
