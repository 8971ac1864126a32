import type { Entry } from '../../journal/entry.ts';
import { formatCount, formatLatency } from '../../judge/format.ts';
import { doingInWords } from './doing-in-words.ts';
import { LiveState, nowText, type LiveRow } from './live-state.ts';
import { painter, type Tone } from './paint.ts';
import { padStartTo, padTo, spread } from './wrap-text.ts';

export interface LiveViewOptions {
  readonly columns: number;
  readonly colour: boolean;
  /** How long the plan takes from the first phase on; without it only the time so far is shown. */
  readonly plannedNs?: number;
}

const secondsShown = 20;

/** What a terminal shows while a drill runs. It builds lines and writes nothing: redraw them some four times a second. */
export class LiveView {
  readonly #state = new LiveState();
  readonly #options: LiveViewOptions;

  constructor(options: LiveViewOptions) {
    this.#options = options;
  }

  feed(entry: Entry): void {
    this.#state.feed(entry);
  }

  /** `nowNs`: CLOCK_MONOTONIC, the journal's clock. */
  render(nowNs: number): readonly string[] {
    return [
      ...titleLines(this.#state, nowNs, this.#options),
      phaseLine(this.#state, nowNs, this.#options.columns),
      ...doingLines(this.#state, nowNs, this.#options.columns),
      ...nodeLines(this.#state, nowNs),
      '',
      ...rowLines(this.#state.rows(nowNs, secondsShown), this.#options),
    ];
  }
}

function titleLines({ head, phases }: LiveState, nowNs: number, { columns, plannedNs }: LiveViewOptions): string[] {
  const startNs = phases[0]?.atNs ?? head?.atNs ?? nowNs;
  const passed = Math.max(0, Math.round((nowNs - startNs) / 1e9));
  const right = plannedNs === undefined ? `${passed} s` : `${passed} of ${Math.round(plannedNs / 1e9)} s`;
  return spread(head === null ? 'starting' : `${head.experiment}   ${head.cluster.kind}`, right, columns).split('\n');
}

/** `done baseline 10 s | done fault 1 | NOW fault 2, +10.2 s`; the oldest steps go first where there is no room. */
function phaseLine({ phases }: LiveState, nowNs: number, columns: number): string {
  const steps = phases.map(({ phase, fault, atNs }, index) => {
    const name = fault === null ? phase : `${phase} ${fault}`;
    const endNs = phases[index + 1]?.atNs;
    if (endNs === undefined) return `NOW ${name}, +${((nowNs - atNs) / 1e9).toFixed(1)} s`;
    const lasted = (endNs - atNs) / 1e9;
    return `done ${name}${lasted >= 1 ? ` ${Math.round(lasted)} s` : ''}`;
  });
  while (steps.length > 1 && steps.join(' | ').length > columns) steps.shift();
  return steps.join(' | ');
}

/** What is waited for, and for how long already. */
function doingLines({ doing }: LiveState, nowNs: number, columns: number): string[] {
  if (doing === null) return [];
  return [`${doingInWords(doing)}, ${((nowNs - doing.atNs) / 1e9).toFixed(0)} s`.slice(0, columns)];
}

function nodeLines(state: LiveState, nowNs: number): string[] {
  return [...state.nodes()].map(([site, { goneSinceNs, link, rules, restarts }]) => {
    const process = goneSinceNs === null ? 'running' : `gone for ${((nowNs - goneSinceNs) / 1e9).toFixed(1)} s`;
    const parts = [process, link, rules === null ? '' : `rules ${rules}`, `restarts ${restarts}`];
    return `node-cache, ${siteWords[site]}`.padEnd(24) + parts.filter((part) => part !== '').join(' | ');
  });
}

const siteWords = { both: 'both', 'link-local': 'link-local', control: 'untouched' } as const;

function rowLines(rows: readonly LiveRow[], options: LiveViewOptions): string[] {
  const paint = painter(options.colour);
  const nameWidth = Math.max(9, ...rows.map(({ dnsConfig }) => dnsConfig.length)) + 2;
  const head = `${padTo('dnsConfig', nameWidth)}${padTo('listens on', 12)}${padTo('now', 27)}${padTo(`last ${secondsShown} s`, secondsShown + 2)}${padStartTo('failed', 7)}${padStartTo('worst', 10)}`;
  const lines = rows.map((row) => {
    const alike = row.now.kind === 'good' || row.now.kind === 'nothing' ? '' : `(${row.alike} of ${row.resolvers})`;
    const now = padTo(padTo(nowText(row.now), 17) + alike, 27);
    return (
      padTo(row.dnsConfig, nameWidth) +
      padTo(siteWords[row.site], 12) +
      paint(tones[row.now.kind], now) +
      padTo(row.marks, secondsShown + 2) +
      padStartTo(formatCount(row.failed), 7) +
      padStartTo(row.worstNs === 0 ? '-' : formatLatency(row.worstNs), 10)
    );
  });
  return [head, ...lines];
}

const tones: Readonly<Record<LiveRow['now']['kind'], Tone>> = {
  waiting: 'bad',
  failed: 'bad',
  slow: 'slow',
  unsent: 'unknown',
  good: 'plain',
  nothing: 'faint',
};
