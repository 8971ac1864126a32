import type { Observation } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { LookupQuestion } from '../resolver-model/lookup-question.ts';
import type { Nameserver } from '../resolver-model/nameserver.ts';
import { predictLookup } from '../resolver-model/predict-lookup.ts';
import { downSpans, type DownSpan } from './down-spans.ts';
import { nameExists } from './name-exists.ts';
import type { ProbeRecord } from './probe-record.ts';
import type { Prediction } from './verdict.ts';

/**
 * How far the edges of node-cache's absence may be off: the node agent looks every 20 ms, and the first answer of a fresh
 * process is slower than its port.
 */
const edgeSlackNs = 150_000_000;

/** What a busy machine may add to a latency without the model being wrong. */
const latencySlackNs = 300_000_000;

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
  const certain = record.probe.rate === 'busy' && record.probe.resolver !== 'c-ares';
  const least = certain ? asked(-edgeSlackNs, 'never') : { worstNs: 0, mayFail: false, why: '' };

  const measuredNs = record.afterFaults.worstNs ?? 0;
  const failures = record.afterFaults.failed + record.afterFaults.abandoned;
  const slackNs = latencySlackNs + record.latenessMaxNs;
  const shown = certain ? silent : most;
  return {
    worstNs: shown.worstNs,
    failures: shown.mayFail,
    agrees:
      measuredNs >= least.worstNs - slackNs &&
      measuredNs <= most.worstNs + slackNs &&
      (failures > 0 ? most.mayFail : !least.mayFail),
    why: shown.why,
  };
}

interface Worst {
  readonly worstNs: number;
  readonly mayFail: boolean;
  readonly why: string;
}

function worstOf(
  journal: Journal,
  { probe, baseline }: ProbeRecord,
  lookups: readonly Observation[],
  spans: readonly DownSpan[],
  refusals: 'possible' | 'never',
): Worst {
  const rttNs = { minNs: 0, maxNs: baseline.worstNs ?? 0 };
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
  for (const { startNs } of lookups) {
    if (!spans.some(({ fromNs, untilNs }) => startNs >= fromNs && startNs < untilNs)) continue;
    const expected = predictLookup({ ...question, dueNs: startNs });
    const { answered, failed } = expected;
    const worstNs = Math.max(answered?.maxNs ?? 0, failed?.maxNs ?? 0);
    const mayFail = worst.mayFail || failed !== null;
    worst = worstNs > worst.worstNs ? { worstNs, mayFail, why: expected.why } : { ...worst, mayFail };
  }
  return worst;

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
