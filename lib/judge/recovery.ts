import type { FaultMark, NodeEvent, Observation, Probe, Resolver } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { faultWindows, type Span } from './phases.ts';
import type { RecoveryStep } from './verdict.ts';

/**
 * A recovery, taken apart on one axis: ns since the injection, so that a reader sees which step took the time and what
 * changes it. Steps that nobody saw are null.
 */
export function takeRecoveryApart(journal: Journal, fault: FaultMark): readonly RecoveryStep[] {
  const window = faultWindows(journal, fault.site).find((candidate) => candidate.fault === fault.fault);
  const span: Span = { fromNs: fault.atNs, untilNs: window?.untilNs ?? Infinity };
  const events = journal.nodeEvents.filter(
    ({ site, atNs }) => site === fault.site && atNs >= span.fromNs && atNs < span.untilNs,
  );
  const goneNs = firstOf(events, 'process-gone', span.fromNs);
  const sinceNs = goneNs ?? span.fromNs;
  const seen = (step: string, atNs: number | null, whatChangesIt: string): RecoveryStep => ({
    step,
    atNs: atNs === null ? null : Math.max(0, atNs - fault.atNs),
    whatChangesIt,
  });

  return inOrderOfTime([
    seen('signal sent', firstOf(events, 'signal-sent', span.fromNs) ?? fault.atNs, 'the fault'),
    seen('process gone', goneNs, 'the signal; with SIGTERM, how long the teardown takes'),
    seen(
      'process started',
      firstOf(events, 'process-started', sinceNs),
      'kubelet: its restart back-off, and how soon it notices; then the container runtime',
    ),
    seen(':53 bound', boundNs(events, journal.head.cluster.localIp, sinceNs), 'node-cache: flags, Corefile, link'),
    seen('first wire answer', firstAnswerNs(wireProbes(), sinceNs), 'node-cache’s upstreams and cold cache'),
    ...resolvers().map(([resolver, probes]) =>
      seen(`first good lookup, ${resolver}`, firstAnswerNs(probes, sinceNs), 'the pod’s dnsConfig: timeout, attempts'),
    ),
    seen(
      'container reported running',
      firstOf(events, 'container-started', sinceNs),
      'nothing: it is when the API server heard of it, and no lookup waits for that',
    ),
    seen('Ready', firstOf(events, 'pod-ready', sinceNs), 'the readiness probe; without one it says nothing of :53'),
  ]);

  function wireProbes(): readonly Probe[] {
    return onlyNodeCache().filter(({ resolver }) => resolver === 'wire');
  }

  function resolvers(): readonly (readonly [Resolver, readonly Probe[]])[] {
    const groups = Map.groupBy(
      onlyNodeCache().filter(({ resolver }) => resolver !== 'wire'),
      ({ resolver }) => resolver,
    );
    return [...groups];
  }

  /** Whoever has another nameserver may have been answered by it. */
  function onlyNodeCache(): readonly Probe[] {
    const localIp = journal.head.cluster.localIp;
    return journal.probes.filter(
      ({ site, rate, dnsConfig }) =>
        site === fault.site && rate === 'busy' && dnsConfig.nameservers.every((nameserver) => nameserver === localIp),
    );
  }

  /** When the first lookup that was begun after the process was gone had its answer. */
  function firstAnswerNs(probes: readonly Probe[], goneSinceNs: number): number | null {
    const ends = probes
      .flatMap(({ probe }) => journal.observations.get(probe) ?? [])
      .filter((lookup) => isAnswerAfter(lookup, goneSinceNs, span.untilNs))
      .map(({ endNs }) => endNs);
    return ends.length === 0 ? null : ends.reduce((a, b) => Math.min(a, b));
  }
}

/** As it went; a step that nobody saw stays after the one that should come before it. */
function inOrderOfTime(steps: readonly RecoveryStep[]): readonly RecoveryStep[] {
  let latestNs = 0;
  const placed = steps.map((step) => {
    latestNs = step.atNs ?? latestNs;
    return { step, placeNs: latestNs };
  });
  return placed.sort((a, b) => a.placeNs - b.placeNs).map(({ step }) => step);
}

function isAnswerAfter({ outcome, startNs, endNs }: Observation, sinceNs: number, untilNs: number): boolean {
  return outcome === 'answered' && startNs >= sinceNs && endNs < untilNs;
}

function firstOf(events: readonly NodeEvent[], name: string, sinceNs: number): number | null {
  return events.find(({ event, atNs }) => event === name && atNs >= sinceNs)?.atNs ?? null;
}

/** The node-local address first: it is the one that every listen mode has. */
function boundNs(events: readonly NodeEvent[], localIp: string, sinceNs: number): number | null {
  const bound = events.filter(({ event, atNs }) => event === 'port-bound' && atNs >= sinceNs);
  return (bound.find(({ detail }) => detail['address'] === localIp) ?? bound[0])?.atNs ?? null;
}
