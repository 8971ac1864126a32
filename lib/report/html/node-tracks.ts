import type { NodeEvent, SiteName } from '../../journal/entry.ts';
import { formatLatency } from '../../judge/format.ts';
import { atMs, type RunView } from './run-view.ts';

/** One line above the lanes: what the node agent saw of the process, the link and :53 of one site. */
export interface NodeTrack {
  readonly name: string;
  readonly spans: readonly TrackSpan[];
}

interface TrackSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** `on`: there; `off`: known to be gone. Where nothing is known there is no span. */
  readonly state: 'on' | 'off';
  readonly text: string;
}

export function nodeTracks(view: RunView, site: SiteName): readonly NodeTrack[] {
  const events = view.journal.nodeEvents.filter((event) => event.site === site).sort((a, b) => a.atNs - b.atNs);
  if (events.length === 0) return [];
  const tracks = [processTrack(view, events), linkTrack(view, events), ...portTracks(view, events)];
  return tracks.filter((track) => track.spans.length > 0);
}

function processTrack(view: RunView, events: readonly NodeEvent[]): NodeTrack {
  const changes = events.filter((event) => event.event === 'process-gone' || event.event === 'process-started');
  let restarts = 0;
  const on = (event: NodeEvent | null): string => {
    if (event === null) return 'running';
    restarts++;
    return `restart ${restarts}`;
  };
  return {
    name: 'node-cache process',
    spans: alternate(view, changes, (event) => event.event === 'process-started', on),
  };
}

function linkTrack(view: RunView, events: readonly NodeEvent[]): NodeTrack {
  const links = events.filter((event) => event.event === 'link');
  const rules = events.findLast((event) => event.event === 'rules')?.detail['rules'];
  const rulesText = typeof rules === 'number' ? `, ${rules} rules` : '';
  const spans = alternate(
    view,
    links,
    (event) => event.detail['present'] !== false,
    () => `link present${rulesText}`,
  );
  return { name: 'link and rules', spans };
}

function portTracks(view: RunView, events: readonly NodeEvent[]): readonly NodeTrack[] {
  const ports = events.filter(
    (event) => (event.event === 'port-bound' || event.event === 'port-unbound') && event.detail['proto'] !== 'tcp',
  );
  const addresses = [...new Set(ports.map((event) => String(event.detail['address'] ?? ':53')))];
  return addresses.map((address) => ({
    name: `${address}:53`,
    spans: alternate(
      view,
      ports.filter((event) => String(event.detail['address'] ?? ':53') === address),
      (event) => event.event === 'port-bound',
      () => 'bound',
    ),
  }));
}

/** Spans between changes. What was before the first change is its opposite, as watching starts before the first fault. */
function alternate(
  view: RunView,
  changes: readonly NodeEvent[],
  isOn: (event: NodeEvent) => boolean,
  onText: (event: NodeEvent | null) => string,
): readonly TrackSpan[] {
  const first = changes[0];
  if (first === undefined) return [];
  const spans: TrackSpan[] = [];
  let on = !isOn(first);
  let text = on ? onText(null) : '';
  let fromMs = view.fromMs;
  const close = (toMs: number): void => {
    const lengthText = formatLatency((toMs - fromMs) * 1e6);
    if (toMs > fromMs)
      spans.push({ fromMs, toMs, state: on ? 'on' : 'off', text: on ? text : `gone for ${lengthText}` });
  };
  for (const change of changes) {
    const changeMs = Math.min(Math.max(atMs(view, change.atNs), view.fromMs), view.toMs);
    if (isOn(change) === on) continue;
    // A change before the axis begins only sets the state that the axis begins with.
    if (changeMs > view.fromMs) close(changeMs);
    on = isOn(change);
    text = on ? onText(changeMs > view.fromMs ? change : null) : '';
    fromMs = changeMs;
  }
  close(view.toMs);
  return spans;
}
