import type { ClusterFacts } from '../../journal/entry.ts';
import { formatAtMost, formatLatency } from '../format.ts';
import type { ProbeRecord } from '../probe-record.ts';
import type { FaultVerdict, Verdict } from '../verdict.ts';
import { groupsOf } from './group.ts';
import { lossInWords } from './loss.ts';
import { predictedAdvice } from './predicted-advice.ts';
import { serverName } from './set-up.ts';

type Advice = Verdict['advice'];

/** What somebody should change: first what this run measured, then what the model adds. */
export function adviceOf(
  records: readonly ProbeRecord[],
  faults: readonly FaultVerdict[],
  cluster: ClusterFacts,
): Advice {
  if (faults.length === 0) return [];
  const pods = records.filter(({ probe }) => probe.resolver !== 'wire' && probe.site !== 'control');
  const texts = [
    ...safeNameservers(pods, cluster),
    ...uselessNameservers(pods, cluster),
    ...timeoutAlone(pods),
    ...backOff(faults),
    ...sharedFlights(pods, faults),
  ];
  return [...texts.map((text) => ({ text, basis: 'measured' as const })), ...predictedAdvice(records, cluster)];
}

/** A further nameserver with which no pod lost a lookup on any site. */
function safeNameservers(pods: readonly ProbeRecord[], cluster: ClusterFacts): readonly string[] {
  const bySecond = Map.groupBy(pods.filter(hasSecond), ({ probe }) => probe.dnsConfig.nameservers[1] ?? '');
  return [...bySecond]
    .filter(([, users]) => users.every((record) => !lostAny(record)))
    .map(([address, users]) => {
      const worst = formatLatency(Math.max(0, ...users.map(({ afterFaults }) => afterFaults.worstNs ?? 0)));
      return `Second nameserver: ${named(cluster, address)}. No pod that had it lost a lookup; the slowest took ${worst}.`;
    });
}

/** A further nameserver that did not help, since it was gone together with the first. */
function uselessNameservers(pods: readonly ProbeRecord[], cluster: ClusterFacts): readonly string[] {
  const losers = pods.filter((record) => hasSecond(record) && lostAny(record));
  return groupsOf(losers, pods, cluster).map(
    ({ text, records }) =>
      `Do not count on it: ${text} ${lossInWords(records)}. That address is served by the process that died.`,
  );
}

/** Whether pods with one nameserver and an explicit `timeout:` still lost DNS. */
function timeoutAlone(pods: readonly ProbeRecord[]): readonly string[] {
  const tuned = pods.filter(
    (record) =>
      !hasSecond(record) &&
      !record.probe.dnsConfig.stock &&
      record.probe.dnsConfig.timeoutS !== null &&
      lostAny(record),
  );
  const timeoutS = tuned[0]?.probe.dnsConfig.timeoutS;
  if (timeoutS === undefined || timeoutS === null) return [];
  return [
    `A shorter timeout alone does not help: with timeout:${timeoutS} and one nameserver, pods ${lossInWords(tuned)}.`,
  ];
}

/** Where most of the time went at the longest recovery, if kubelet took it. */
function backOff(faults: readonly FaultVerdict[]): readonly string[] {
  const longest = faults
    .map((fault) => ({
      fault,
      startedNs: stepNs(fault, 'process started'),
      boundNs: stepNs(fault, ':53 bound'),
    }))
    .filter(({ startedNs, boundNs }) => startedNs !== null && boundNs !== null && startedNs > boundNs / 2)
    .sort((a, b) => (b.boundNs ?? 0) - (a.boundNs ?? 0))[0];
  if (longest === undefined || (longest.boundNs ?? 0) < 5e9) return [];
  const { fault, startedNs, boundNs } = longest;
  return [
    `Kubelet’s restart back-off made up ${seconds(startedNs)} of the ${seconds(boundNs)} of fault ${fault.fault}; ` +
      'crashLoopBackOff.maxContainerRestartPeriod in its configuration shortens it.',
  ];
}

/** Go's resolver, which lets later lookups share the failure of one that began while node-cache was gone. */
function sharedFlights(pods: readonly ProbeRecord[], faults: readonly FaultVerdict[]): readonly string[] {
  const alone = pods.filter(
    (record) => record.probe.resolver === 'go' && record.probe.rate === 'busy' && !hasSecond(record),
  );
  const late = alone.flatMap(({ probe, impacts }) =>
    impacts.flatMap(({ fault: number, hard }) => {
      const fault = faults.find((candidate) => candidate.fault === number && candidate.site === probe.site);
      const backNs = fault === undefined ? null : stepNs(fault, ':53 bound');
      if (fault === undefined || backNs === null || hard.kind === 'none') return [];
      return [{ backNs, lastNs: hard.lastBadDueNs - fault.injectedNs }];
    }),
  );
  const worst = late.filter(({ backNs, lastNs }) => lastNs > backNs + 1e9).sort((a, b) => b.lastNs - a.lastNs)[0];
  if (worst === undefined) return [];
  return [
    `Go programs lost lookups for ${seconds(worst.lastNs)}, though node-cache was back after ${seconds(worst.backNs)}: ` +
      'lookups of one name share one attempt, and its failure; a shorter timeout: or attempts: ends it sooner.',
  ];
}

function stepNs(fault: FaultVerdict, name: string): number | null {
  return fault.recovery.find(({ step }) => step === name)?.atNs ?? null;
}

function hasSecond({ probe }: ProbeRecord): boolean {
  return !probe.dnsConfig.stock && probe.dnsConfig.nameservers.length > 1;
}

function lostAny({ afterFaults }: ProbeRecord): boolean {
  return afterFaults.failed + afterFaults.abandoned > 0;
}

function named(cluster: ClusterFacts, address: string): string {
  const name = serverName(cluster, address);
  return name === address ? address : `${name}, ${address}`;
}

function seconds(ns: number | null): string {
  return formatAtMost(ns ?? 0, 0).replace('≤ ', '');
}
