import type { Entry, SiteName } from '../journal/entry.ts';
import { observationsOf } from '../journal/lookup-batch.ts';

/** The live view and `abortWhen` act on what the journal holds: further behind the probes than this they act on the past. */
export const mostLagNs = 2e9;

/** Said again only when it was good in between. */
const goodAgainNs = 1.5e9;

interface Watched {
  readonly site: SiteName;
  readonly node: string;
  lagging: boolean;
}

/** Says in the journal, once for each time, on which site the journal lags behind the probes. Nothing is lost by it. */
export function lagWatch(append: (entry: Entry) => void, clock: () => number): (entry: Entry) => void {
  const ofProbe = new Map<string, Watched>();
  const ofSite = new Map<SiteName, Watched>();
  return (entry) => {
    if (entry.type === 'probe') {
      const watched = ofSite.get(entry.site) ?? { site: entry.site, node: entry.node, lagging: false };
      ofSite.set(entry.site, watched);
      ofProbe.set(entry.probe, watched);
    }
    if (entry.type !== 'lookups') return;
    const watched = ofProbe.get(entry.probe);
    if (watched === undefined) return;
    const atNs = clock();
    const behindNs = atNs - Math.max(...observationsOf(entry).map(({ endNs }) => endNs));
    if (behindNs < goodAgainNs) watched.lagging = false;
    if (behindNs <= mostLagNs || watched.lagging) return;
    watched.lagging = true;
    const { site, node } = watched;
    append({ type: 'node', site, node, atNs, event: 'lag', detail: { behindMs: Math.round(behindNs / 1e6) } });
  };
}
