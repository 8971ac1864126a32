import type { ClusterFacts } from '../../journal/entry.ts';
import { countOf, formatAtMost, formatLatency, formatPart, listOf } from '../format.ts';
import { goneTimeNs } from '../gone-time.ts';
import type { ProbeRecord } from '../probe-record.ts';
import type { Check, ClaimVerdict, FaultVerdict, ProbeVerdict, Result, Verdict } from '../verdict.ts';
import { groupsOf } from './group.ts';
import { lossInWords } from './loss.ts';
import { capitalise } from './set-up.ts';

export interface SentenceInput {
  readonly result: Result;
  readonly claims: readonly ClaimVerdict[];
  readonly checks: readonly Check[];
  readonly records: readonly ProbeRecord[];
  readonly marks: ReadonlyMap<string, ProbeVerdict['mark']>;
  readonly faults: readonly FaultVerdict[];
  readonly cluster: ClusterFacts;
  readonly advice: Verdict['advice'];
}

/**
 * The answer first: who lost what, how long, under which condition. Failed: the worst broken claim. Inconclusive: the
 * first assumption that did not hold. Passed: what it cost those who kept the promise, and who is unsafe.
 */
export function sentenceOf(input: SentenceInput): { readonly sentence: string; readonly consequence: string } {
  switch (input.result) {
    case 'fail':
      return failed(input);
    case 'inconclusive':
      return inconclusive(input);
    case 'pass':
      return passed(input);
  }
}

function failed(input: SentenceInput): ReturnType<typeof sentenceOf> {
  const broken = input.claims.filter(({ result }) => result === 'fail');
  const losers = broken.map((claim) => brokenBy(claim, input)).sort((a, b) => lostNs(b) - lostNs(a))[0] ?? [];
  const worst = groupsOf(losers, input.records, input.cluster).toSorted(
    (a, b) => lostNs(b.records) - lostNs(a.records),
  )[0];
  const sentence =
    worst === undefined ? 'A claim is broken' : `${capitalise(worst.text)} ${lossInWords(worst.records)}`;
  const more = broken.length > 1 ? `; ${broken.length} of ${input.claims.length} claims are broken` : '';
  const kept = keptPromise(input);
  return {
    sentence: `${sentence}${whileGone(input)}${more}.`,
    consequence: doubts(input.checks) ?? (kept === null ? (input.advice[0]?.text ?? '') : `${kept}.`),
  };
}

/** A broken claim stays broken, but a reader must know when the run itself was not what it should be. */
function doubts(checks: readonly Check[]): string | null {
  const missed = checks.filter(({ result }) => result === 'missed');
  const first = missed.find(({ name }) => name === 'lookups on time') ?? missed[0];
  if (first === undefined) return null;
  const more = missed.length > 1 ? `, and ${countOf(missed.length - 1, 'more check')} missed` : '';
  return `Doubt it: ${missedInWords[first.name] ?? first.name} (${first.found})${more}. ${first.advice}`;
}

function inconclusive({ checks, claims }: SentenceInput): ReturnType<typeof sentenceOf> {
  const missed = checks.filter(({ result }) => result === 'missed');
  const first = missed[0];
  if (first !== undefined) {
    const more = missed.length > 1 ? `; ${countOf(missed.length - 1, 'more check')} missed` : '';
    const what = missedInWords[first.name] ?? `the check "${first.name}" was missed`;
    return {
      sentence: `This run proves nothing: ${what} (${first.found})${more}.`,
      consequence: first.advice,
    };
  }
  const unheld = claims.filter(({ result }) => result === 'inconclusive').map(({ name }) => `"${name}"`);
  if (unheld.length > 0) {
    return {
      sentence: `This run proves nothing: no probe of it is what the claim ${listOf(unheld)} is about.`,
      consequence: 'Add probes with that dnsConfig, or correct its name in the claim.',
    };
  }
  return { sentence: 'This run proves nothing: it claims nothing.', consequence: 'State a claim.' };
}

const missedInWords: Readonly<Record<string, string>> = {
  'run complete': 'the run did not reach its end',
  'no trouble': 'the suite had trouble of its own',
  'fresh node-cache': 'node-cache had been restarted before the first fault',
  'clean baseline': 'DNS was not clean before the fault',
  'calm control': 'the control node was not calm',
  'fault in force': 'the fault was not proven to be in force',
  'unsafe set-ups felt it': 'a set-up that is known to be unsafe did not feel the fault',
  'faults apart': 'the faults came too close to each other',
  'enough lookups': 'too few lookups saw the fault',
  'lookups on time': 'the probes were late',
  'slow by itself': 'a bound was broken only because a probe began late',
  'lookups sent': 'lookups that a claim rests on were not sent',
  'lookups ended': 'lookups were given up before they ended',
};

function passed(input: SentenceInput): ReturnType<typeof sentenceOf> {
  const next = input.advice[0]?.text ?? '';
  if (input.faults.length === 0) return { sentence: calm(input.records), consequence: next };

  const kept = keptPromise(input) ?? 'Every claim holds';
  const unsafe = unsafeOnes(input);
  return { sentence: `${kept}${whileGone(input)}.${unsafe === null ? '' : ` ${unsafe}.`}`, consequence: next };
}

function calm(records: readonly ProbeRecord[]): string {
  const lookups = records.reduce((sum, { afterFaults }) => sum + afterFaults.lookups, 0);
  const answered = records.reduce((sum, { afterFaults }) => sum + afterFaults.answered, 0);
  const who = answered === lookups ? 'nobody lost a lookup' : 'lookups were lost within what is allowed';
  return `Nothing was broken, and ${who}: ${formatPart(answered, lookups)} were answered, the slowest after ${slowest(records)}.`;
}

/** What it cost those that were held to a claim and kept it; null when there are none but the control and wire probes. */
function keptPromise({ records, marks, cluster }: SentenceInput): string | null {
  const keepers = records.filter(
    ({ probe }) =>
      probe.site !== 'control' && probe.resolver !== 'wire' && /holds|thin/.test(marks.get(probe.probe) ?? ''),
  );
  if (keepers.length === 0) return null;
  const lost = keepers.reduce((sum, { afterFaults }) => sum + afterFaults.failed + afterFaults.abandoned, 0);
  const all = keepers.reduce((sum, { afterFaults }) => sum + afterFaults.lookups, 0);
  // The set-up that is safe in more places first: it is the one to take.
  const groups = groupsOf(keepers, records, cluster).toSorted((a, b) => b.records.length - a.records.length);
  const who = listOf(groups.map(({ text }) => text));
  const what = lost === 0 ? 'Every lookup was answered' : `${formatPart(lost, all)} lookups were lost, as allowed`;
  return `${what}, the slowest after ${slowest(keepers)}, for ${who}`;
}

function unsafeOnes({ records, marks, cluster }: SentenceInput): string | null {
  const unsafe = records.filter(({ probe }) => marks.get(probe.probe) === 'felt');
  if (unsafe.length === 0) return null;
  const who = listOf(groupsOf(unsafe, records, cluster).map(({ text }) => text));
  return `Unsafe, as expected: ${who} ${lossInWords(unsafe)}`;
}

/** `, while node-cache was gone for up to 11.0 s`; empty when nobody saw it come back. */
function whileGone({ faults }: SentenceInput): string {
  const gone = faults.map(goneTimeNs);
  const known = gone.filter((ns) => ns !== null);
  if (known.length === 0 || known.length < gone.length) return '';
  return `, while node-cache was gone for up to ${formatAtMost(Math.max(...known), 0).replace('≤ ', '')}`;
}

function brokenBy(claim: ClaimVerdict, { records }: SentenceInput): readonly ProbeRecord[] {
  const names = new Set(claim.thresholds.filter(({ holds }) => !holds).map(({ probe }) => probe));
  return records.filter(({ probe }) => names.has(probe.probe));
}

/** For the worst first: by the longest hard outage, then by the slowest lookup. */
function lostNs(records: readonly ProbeRecord[]): number {
  const outages = records.flatMap(({ impacts }) => impacts.map(({ hard }) => hard));
  const hard = outages.map((outage) => (outage.kind === 'none' ? 0 : (outage.atMostNs ?? Infinity)));
  const slow = records.map(({ afterFaults }) => afterFaults.worstNs ?? 0);
  return Math.max(0, ...hard) * 1e3 + Math.max(0, ...slow);
}

function slowest(records: readonly ProbeRecord[]): string {
  return formatLatency(Math.max(0, ...records.map(({ afterFaults }) => afterFaults.worstNs ?? 0)));
}
