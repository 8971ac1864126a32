import type { Resolver, SiteName } from '../journal/entry.ts';
import { formatLimit } from '../judge/format.ts';
import { goneTimeNs } from '../judge/gone-time.ts';
import type { FaultImpact, Outage, ProbeVerdict, Verdict } from '../judge/verdict.ts';
import { serverName } from '../judge/words/set-up.ts';
import { resolverTimeoutNs } from '../resolver-model/resolver-timeout.ts';
import { exactly, type Bounds } from './spread.ts';

/** Where a figure belongs: one probe and one fault. Fault 0: the whole watch of an experiment that breaks nothing. */
export interface Place {
  readonly probe: string;
  readonly site: SiteName;
  readonly dnsConfig: string;
  readonly resolver: Resolver;
  readonly rate: 'busy' | 'quiet';
  readonly fault: number;
}

/** What one probe felt of one fault in one run. */
export interface MeasuredCell extends Place {
  /** What was asked, how often and what was done to it, in words: only equal things can be compared. */
  readonly asked: ReadonlyMap<string, string>;
  /** A claim bounds it: it is meant to be safe, and so not to depend on how long node-cache is gone. */
  readonly held: boolean;
  readonly intervalNs: number;
  /** What its resolver waits for one answer. */
  readonly attemptNs: number;
  /** Lookups of which is known how they ended. */
  readonly decided: number;
  readonly outageNs: Bounds;
  readonly outageAt1sNs: Bounds;
  readonly failedLookups: number;
  /** Null without any lookup. */
  readonly slowestNs: number | null;
  /** For how long node-cache was gone by this fault at this site; 0 on the control, null when it was not seen. */
  readonly goneNs: number | null;
}

export function measureCells(verdict: Verdict): readonly MeasuredCell[] {
  return verdict.probes.flatMap((probe) => probe.impacts.map((impact) => measureCell(verdict, probe, impact)));
}

function measureCell(verdict: Verdict, probe: ProbeVerdict, { fault, hard, impatient, latency }: FaultImpact) {
  const done = verdict.faults.filter((each) => each.fault === fault && each.site === probe.site);
  const { answered, failed, abandoned, worstNs } = latency;
  return {
    probe: probe.probe,
    site: probe.site,
    dnsConfig: probe.dnsConfig.name,
    resolver: probe.resolver,
    rate: probe.rate,
    fault,
    asked: askedOf(verdict, probe, fault),
    held: probe.mark === 'holds' || probe.mark === 'thin' || probe.mark === 'broken',
    intervalNs: probe.intervalNs,
    attemptNs: resolverTimeoutNs(probe.resolver, probe.dnsConfig),
    decided: answered + failed,
    outageNs: boundsOf(hard),
    outageAt1sNs: boundsOf(impatient),
    failedLookups: failed + abandoned,
    slowestNs: worstNs,
    goneNs: done[0] === undefined ? 0 : goneTimeNs(done[0]),
  } satisfies MeasuredCell;
}

/** Nameservers by their role: the address of kube-dns-upstream is another one in each cluster. */
function askedOf(
  { head, faults }: Verdict,
  { dnsConfig, intervalNs, queryName, nameKind }: ProbeVerdict,
  fault: number,
): ReadonlyMap<string, string> {
  const { nameservers, searches, ndots, timeoutS, attempts, stock } = dnsConfig;
  return new Map([
    ['fault', faults.find((each) => each.fault === fault)?.kind ?? 'none'],
    ['name', `${queryName} (${nameKind})`],
    ['interval', formatLimit(intervalNs)],
    ['nameservers', nameservers.map((address) => serverName(head.cluster, address)).join(', ')],
    ['search list', searches.join(' ')],
    ['options', `ndots:${ndots} timeout:${timeoutS ?? 'default'} attempts:${attempts ?? 'default'}`],
    ['dnsPolicy', stock ? 'ClusterFirst' : 'None'],
  ]);
}

/** None at all is 0 to 0; a single bad lookup is an outage too, of at least 0. */
function boundsOf(outage: Outage): Bounds {
  return outage.kind === 'none' ? exactly(0) : { least: outage.atLeastNs, most: outage.atMostNs ?? Infinity };
}
