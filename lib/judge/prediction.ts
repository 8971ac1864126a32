import type { Observation, Resolver } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { ExpectedLookup, LookupQuestion } from '../resolver-model/lookup-question.ts';
import type { Nameserver } from '../resolver-model/nameserver.ts';
import { predictLookup } from '../resolver-model/predict-lookup.ts';
import { sharedFlights } from '../resolver-model/shared-flights.ts';
import { downSpans, type DownSpan } from './down-spans.ts';
import { nameExists } from './name-exists.ts';
import type { ProbeRecord } from './probe-record.ts';
import type { Prediction } from './verdict.ts';

/**
 * How far the edges of node-cache's absence may be off: the node agent looks every 20 ms, and the first answer of a fresh
 * process is slower than its port.
 */
const edgeSlackNs = 150_000_000;

/** What a busy machine may add to a latency besides what its baseline shows, without the model being wrong. */
const latencySlackNs = 300_000_000;

/**
 * Resolvers whose slowest lookup is known to be met with silence at 20 lookups a second. Go shares its lookups and so asks
 * seldom, c-ares shares its sockets: a refusal may end any of their waits. musl never hears of one.
 */
const meetSilence = new Set<Resolver>(['glibc', 'musl', 'wire']);

/**
 * The probe's slowest lookup as the model says it: the worst over the times at which the probe asked, with node-cache away
 * when the node agent saw it away. The measurement agrees when it lies between what the model says for a slightly shorter
 * absence and what it says, refusals included, for a slightly longer one. Null: this fault is not modelled, or the run
 * was cut short, or nobody saw node-cache come back.
 */
export function predictWorst(journal: Journal, record: ProbeRecord): Prediction | null {
  const spans = downSpans(journal, record.probe.site);
  if (spans === null || !record.complete) return null;
  const lookups = record.faultLookups.filter(({ outcome }) => outcome !== 'unsent');
  if (lookups.length === 0) return null;

  const asked = (moved: number, refusals: 'possible' | 'never'): Worst =>
    worstOf(journal, record, lookups, widen(spans, moved), refusals);
  const silent = asked(0, 'never');
  const most = asked(edgeSlackNs, 'possible');
  const { resolver, rate } = record.probe;
  const certain = resolver === 'musl' || (rate === 'busy' && meetSilence.has(resolver));
  const least = certain ? asked(-edgeSlackNs, 'never') : { worstNs: 0, mayFail: false, why: '' };

  const measuredNs = record.afterFaults.worstNs ?? 0;
  const failures = record.afterFaults.failed + record.afterFaults.abandoned;
  const slackNs = latencySlackNs + record.latenessMaxNs + (record.baseline.worstNs ?? 0);
  return {
    worstNs: silent.worstNs,
    leastNs: least.worstNs,
    failures: silent.mayFail,
    agrees:
      measuredNs >= least.worstNs - slackNs &&
      measuredNs <= Math.max(silent.worstNs, most.worstNs) + slackNs &&
      (failures > 0 ? most.mayFail : !least.mayFail),
    why: silent.why,
  };
}

interface Worst {
  readonly worstNs: number;
  readonly mayFail: boolean;
  readonly why: string;
}

function worstOf(
  journal: Journal,
  { probe, baseline, halfAnswered }: ProbeRecord,
  lookups: readonly Observation[],
  spans: readonly DownSpan[],
  refusals: 'possible' | 'never',
): Worst {
  const rttNs = { minNs: 0, maxNs: baseline.p50Ns ?? 0 };
  const question: Omit<LookupQuestion, 'dueNs'> = {
    resolver: probe.resolver,
    resolvConf: probe.dnsConfig,
    nameservers: probe.dnsConfig.nameservers.map((address): Nameserver => ({
      address,
      rttNs,
      spans: spansOf(address),
    })),
    name: probe.queryName,
    exists: (fullName) => nameExists(journal.head.cluster, probe, fullName),
    refusals,
    history: 'warm',
  };
  let worst: Worst = { worstNs: rttNs.maxNs, mayFail: false, why: 'every server answers' };
  for (const expected of expectations()) {
    const { answered, failed } = expected;
    const worstNs = Math.max(answered?.maxNs ?? 0, failed?.maxNs ?? 0);
    const mayFail = worst.mayFail || failed !== null;
    worst = worstNs > worst.worstNs ? { worstNs, mayFail, why: expected.why } : { ...worst, mayFail };
  }
  return worst;

  function expectations(): readonly ExpectedLookup[] {
    const half = lookups.filter(({ seq }) => halfAnswered.has(seq));
    return [
      ...begunInVain(),
      ...half.map(({ startNs }) => predictLookup({ ...question, dueNs: startNs, heardHalf: true })),
    ];
  }

  /** Only of lookups that began while something was down: the others are answered at once. */
  function begunInVain(): readonly ExpectedLookup[] {
    const predict = (startNs: number): ExpectedLookup => predictLookup({ ...question, dueNs: startNs });
    const startsNs = lookups
      .map(({ startNs }) => startNs)
      .filter((startNs) => spans.some(({ fromNs, untilNs }) => startNs >= fromNs && startNs < untilNs));
    // Where a flight may end early, which lookup begins the next is not known: any may.
    return probe.resolver === 'go' && refusals === 'never'
      ? sharedFlights(
          startsNs.sort((a, b) => a - b),
          predict,
        )
      : startsNs.map(predict);
  }

  function spansOf(address: string): Nameserver['spans'] {
    return spans
      .filter(({ addresses }) => addresses.includes(address))
      .map(({ fromNs, untilNs }) => ({ fromNs, untilNs, state: 'closed' }));
  }
}

function widen(spans: readonly DownSpan[], byNs: number): readonly DownSpan[] {
  return spans
    .map((span) => ({ ...span, fromNs: span.fromNs - byNs, untilNs: span.untilNs + byNs }))
    .filter(({ fromNs, untilNs }) => fromNs < untilNs);
}
