import type { Entry } from '../../journal/entry.ts';
import { doingInWords } from './doing-in-words.ts';
import { LiveState, type LiveRow } from './live-state.ts';

/** A state line comes at most this often, so that a CI log stays readable. */
const statesEveryNs = 10e9;

/** What is printed where there is no terminal: events as they happen, and now and then the state in one line. */
export class PlainView {
  readonly #state = new LiveState();
  #lastStateNs = -Infinity;

  /** Lines for this entry; most entries have none. */
  feed(entry: Entry): readonly string[] {
    this.#state.feed(entry);
    const text = eventText(entry);
    return text === null || !('atNs' in entry) ? [] : [`${this.#clock(entry.atNs)} ${text}`];
  }

  /** The state in one line; null when the last one is less than 10 s old, or nothing is known yet. */
  plainState(nowNs: number): string | null {
    if (nowNs - this.#lastStateNs < statesEveryNs) return null;
    const rows = this.#state.rows(nowNs, 1).filter((row) => row.now.kind !== 'nothing');
    if (rows.length === 0) return null;
    this.#lastStateNs = nowNs;
    return `${this.#clock(nowNs)} state  ${stateText(rows)}`;
  }

  /** Time of day, UTC, by the head of the journal: the wall clock is asked once a run. */
  #clock(atNs: number): string {
    const { head } = this.#state;
    if (head === null) return '--:--:--';
    const startedMs = Date.parse(head.startedAtUtc);
    return new Date(startedMs + (atNs - head.atNs) / 1e6).toISOString().slice(11, 19);
  }
}

function eventText(entry: Entry): string | null {
  switch (entry.type) {
    case 'head':
      return `start  ${entry.experiment}: ${entry.title}`;
    case 'phase':
      return `phase  ${entry.phase}${entry.fault === null ? '' : ` ${entry.fault}`}`;
    case 'fault':
      return `fault  ${entry.kind} ${entry.fault} on ${entry.node} ${entry.event}: ${entry.detail}`;
    case 'node':
      return nodeEvents.has(entry.event) ? `node   ${entry.node} ${entry.event}${detailText(entry.detail)}` : null;
    case 'doing':
      return `now    ${doingInWords(entry)}`;
    case 'fit':
      return `fit    this machine is too busy for all that was planned, so now ${entry.what}: ${entry.reason}`;
    case 'trouble':
      return `lost   ${entry.what}${entry.probe === null ? '' : ` ${entry.probe}`}: ${entry.message}`;
    default:
      return null;
  }
}

/** Ports, rules and counters change often; these are what a reader of a log waits for. */
const nodeEvents = new Set([
  'lag',
  'carrier-cut',
  'session-mended',
  'process-gone',
  'process-started',
  'container-started',
  'pod-ready',
]);

function detailText(detail: Readonly<Record<string, unknown>>): string {
  if (typeof detail['behindMs'] === 'number')
    return `: the journal is ${(detail['behindMs'] / 1000).toFixed(1)} s behind`;
  return typeof detail['pid'] === 'number' ? `, PID ${detail['pid']}` : '';
}

/** Every dnsConfig under the worst state of its resolvers: `waiting: single (both), …; good: …`. */
function stateText(rows: readonly LiveRow[]): string {
  const order: readonly LiveRow['now']['kind'][] = ['waiting', 'failed', 'slow', 'unsent', 'good'];
  const parts = order.flatMap((kind) => {
    const alike = rows.filter((row) => row.now.kind === kind);
    return alike.length === 0 ? [] : [`${words[kind]}: ${namesOf(alike).join(', ')}`];
  });
  return parts.join('; ');
}

const words = {
  waiting: 'waiting',
  failed: 'failed',
  slow: 'slow',
  unsent: 'not sent',
  good: 'good',
  nothing: 'nothing',
} as const;

function namesOf(rows: readonly LiveRow[]): string[] {
  const names = new Map<string, string[]>();
  for (const row of rows) {
    const name = row.site === 'control' ? 'control' : row.dnsConfig;
    names.set(name, [...(names.get(name) ?? []), row.site]);
  }
  return [...names].map(([name, sites]) =>
    name === 'control' || sites.length > 1 ? name : `${name} (${sites[0] ?? ''})`,
  );
}
