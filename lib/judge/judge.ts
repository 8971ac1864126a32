import type { Journal } from '../journal/journal.ts';
import { crashed, runChecks } from './checks/run-checks.ts';
import type { Hypothesis } from './hypothesis.ts';
import { judgeClaim } from './judge-claim.ts';
import { judgeFaults } from './judge-faults.ts';
import { machineIn } from './machine-in.ts';
import { judgeMustFeel } from './judge-must-feel.ts';
import { markProbe } from './mark-probe.ts';
import { inPageOrder } from './page-order.ts';
import { predictWorst } from './prediction.ts';
import { recordOf, type ProbeRecord } from './probe-record.ts';
import { whoAnswered } from './provenance.ts';
import type { Check, ClaimVerdict, ProbeVerdict, Result, Verdict } from './verdict.ts';
import { adviceOf } from './words/advice.ts';
import { sentenceOf } from './words/sentence.ts';

/**
 * Holds a journal to a hypothesis. Pure: the same journal and hypothesis give the same verdict, whenever and wherever. A
 * part of it that breaks becomes a missed check, so that the result can't be a pass.
 */
export function judge(hypothesis: Hypothesis, journal: Journal): Verdict {
  const crashes: Check[] = [];
  const records = journal.probes.toSorted(inPageOrder).map((probe) => recordOf(journal, probe));
  const claims = hypothesis.claims.map((claim) =>
    attempt(`claim ${claim.name}`, () => judgeClaim(claim, records), unjudged(claim)),
  );
  const mustFeel = hypothesis.mustFeel.flatMap((expected) => judgeMustFeel(expected, records) ?? []);
  const faults = attempt('recovery', () => judgeFaults(journal), []);
  const answeredBy = mapOf(records, (record) => attempt('who answered', () => whoAnswered(journal, record), null));
  const predicted = mapOf(records, (record) => attempt('prediction', () => predictWorst(journal, record), null));
  const marks = mapOf(records, (record) => markProbe(record, hypothesis, claims));

  const input = { journal, hypothesis, records, claims, mustFeel, answeredBy, predicted };
  const checks = [...runChecks(input), ...crashes];
  const result = worstOf(claims, checks);
  const cluster = journal.head.cluster;
  const advice = attempt('advice', () => adviceOf(records, faults, cluster), []);
  return {
    schema: 1,
    head: journal.head,
    result,
    ...sentenceOf({ result, claims, checks, records, marks, faults, cluster, advice }),
    durationNs: durationNs(journal),
    lookups: countLookups(journal),
    fit: fitOf(journal),
    machine: machineIn(journal),
    claims,
    mustFeel,
    checks,
    probes: records.map((record) => ({
      ...verdictOf(record),
      mark: marks.get(record.probe.probe) ?? 'measured',
      predicted: predicted.get(record.probe.probe) ?? null,
      answeredBy: answeredBy.get(record.probe.probe) ?? null,
    })),
    faults,
    advice,
  };

  function attempt<T>(what: string, work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      crashes.push(crashed(what, error));
      return otherwise;
    }
  }
}

/**
 * Missed, these say that something else than the fault disturbed the measuring. A fail must be earned as a pass must: what a busy machine or
 * a sick cluster did can't be laid at a set-up's door.
 */
const noise: ReadonlySet<string> = new Set(['clean baseline', 'calm control', 'lookups on time', 'slow by itself']);

/** Fail, then inconclusive, then pass; without any claim there is nothing to pass. */
function worstOf(claims: readonly ClaimVerdict[], checks: readonly Check[]): Result {
  const disturbed = checks.some(({ name, result }) => result === 'missed' && noise.has(name));
  if (claims.some(({ result }) => result === 'fail')) return disturbed ? 'inconclusive' : 'fail';
  const proven = claims.length > 0 && claims.every(({ result }) => result === 'pass');
  return proven && checks.every(({ result }) => result !== 'missed') ? 'pass' : 'inconclusive';
}

function unjudged({ name, claim, why }: Hypothesis['claims'][number]): ClaimVerdict {
  return { name, claim, why, result: 'inconclusive', thresholds: [] };
}

function verdictOf(record: ProbeRecord): Omit<ProbeVerdict, 'mark' | 'predicted' | 'answeredBy'> {
  const { probe, baseline, afterFaults, impacts, latenessP99Ns, latenessMaxNs } = record;
  const { site, node, dnsConfig, resolver, resolverVersion, rate, intervalNs, queryName, nameKind } = probe;
  return {
    probe: probe.probe,
    site,
    node,
    dnsConfig,
    resolver,
    resolverVersion,
    rate,
    intervalNs,
    queryName,
    nameKind,
    baseline,
    afterFaults,
    impacts,
    latenessP99Ns,
    latenessMaxNs,
  };
}

function mapOf<T>(records: readonly ProbeRecord[], of: (record: ProbeRecord) => T): ReadonlyMap<string, T> {
  return new Map(records.map((record) => [record.probe.probe, of(record)]));
}

function fitOf({ fit }: Journal): Verdict['fit'] {
  if (fit === null) return null;
  const { what, reason, leftOut, slower } = fit;
  return { what, reason, leftOut, slower };
}

/** From the head to the last thing that the journal tells of, in ns. */
function durationNs(journal: Journal): number {
  let lastNs = journal.head.atNs;
  for (const { atNs } of [...journal.phases, ...journal.nodeEvents, ...journal.troubles])
    lastNs = Math.max(lastNs, atNs);
  for (const observations of journal.observations.values()) {
    for (const { endNs } of observations) lastNs = Math.max(lastNs, endNs);
  }
  return lastNs - journal.head.atNs;
}

/** Every lookup that was begun, warm-up included. */
function countLookups(journal: Journal): number {
  let lookups = 0;
  for (const observations of journal.observations.values()) {
    for (const { outcome } of observations) lookups += outcome === 'unsent' ? 0 : 1;
  }
  return lookups;
}
