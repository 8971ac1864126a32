import type { SiteName } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { faultWindows } from './phases.ts';

/** When nobody listened on some addresses of a site. */
export interface DownSpan {
  readonly fromNs: number;
  readonly untilNs: number;
  readonly addresses: readonly string[];
}

/** Faults of which is known what they take away, and for how long: the addresses that node-cache binds, while it is gone. */
const modelledFaults = new Set(['kill-node-cache']);

/**
 * When node-cache was gone at a site: from the end of its process to the first lookup that it answered again (or, without
 * a wire probe, until :53 was bound). None on the control. Null when a fault is of another kind, or its end was not seen.
 */
export function downSpans(journal: Journal, site: SiteName): readonly DownSpan[] | null {
  const injected = journal.faults.filter((mark) => mark.event === 'injected' && mark.site === site);
  if (injected.some(({ kind }) => !modelledFaults.has(kind))) return null;

  const { localIp, kubeDnsIp } = journal.head.cluster;
  const addresses = site === 'both' ? [localIp, kubeDnsIp] : [localIp];
  const windows = faultWindows(journal, site);
  const spans = injected.map(({ fault, atNs }): DownSpan | null => {
    const endNs = windows.find((window) => window.fault === fault)?.untilNs ?? Infinity;
    const fromNs = eventNs('process-gone', atNs, endNs) ?? atNs;
    const untilNs = firstWireStartNs(fromNs, endNs) ?? eventNs('port-bound', fromNs, endNs);
    return untilNs === null ? null : { fromNs, untilNs, addresses };
  });
  return spans.every((span) => span !== null) ? spans : null;

  function eventNs(name: string, sinceNs: number, endNs: number): number | null {
    const event = journal.nodeEvents.find(
      (candidate) =>
        candidate.site === site && candidate.event === name && candidate.atNs >= sinceNs && candidate.atNs < endNs,
    );
    return event?.atNs ?? null;
  }

  function firstWireStartNs(sinceNs: number, endNs: number): number | null {
    const wire = journal.probes.find(
      (probe) => probe.site === site && probe.resolver === 'wire' && probe.dnsConfig.nameservers[0] === localIp,
    );
    const answers = journal.observations.get(wire?.probe ?? '') ?? [];
    const first = answers.find(
      ({ outcome, startNs }) => outcome === 'answered' && startNs >= sinceNs && startNs < endNs,
    );
    return first?.startNs ?? null;
  }
}
