import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hypothesis } from '../../../lib/judge/hypothesis.ts';
import { judge } from '../../../lib/judge/judge.ts';
import { parseHypothesis } from '../../../lib/judge/parse-hypothesis.ts';
import { withThresholds } from '../../../lib/judge/with-thresholds.ts';
import type { Verdict } from '../../../lib/judge/verdict.ts';
import type { Journal } from '../../../lib/journal/journal.ts';
import { syntheticJournal, type SyntheticOptions } from '../../support/synthetic-journal.ts';

const second = 1_000_000_000;

function verdictOf(options: SyntheticOptions = {}): Verdict {
  const journal = syntheticJournal(options);
  return judge(parseHypothesis(journal.hypothesis), journal);
}

const passing = verdictOf();
const failing = verdictOf({ claims: 'wrong' });
const calm = verdictOf({ claims: 'calm' });

test('what is claimed rightly passes, and the unsafe set-ups are named', () => {
  assert.equal(passing.result, 'pass');
  assert.deepEqual(
    passing.checks.filter(({ result }) => result !== 'ok'),
    [],
  );
  assert.match(
    passing.sentence,
    /^Every lookup was answered, the slowest after 2\.0\d s, for pods with kube-dns-upstream as second nameserver/,
  );
  assert.match(
    passing.sentence,
    /pods with kube-dns as second nameserver where node-cache listens on the node-local address only/,
  );
  assert.match(
    passing.sentence,
    /while node-cache was gone for up to 11\.0 s\. Unsafe, as expected: pods with node-cache as their only/,
  );
  assert.match(passing.sentence, /lost DNS for up to 15\.\d s\.$/);
});

test('a wrong claim fails, and the sentence begins with who lost DNS', () => {
  assert.equal(failing.result, 'fail');
  assert.match(
    failing.sentence,
    /^Pods with kube-dns as second nameserver where node-cache listens on both addresses lost DNS for up to 12\.\d s/,
  );
  assert.match(
    failing.consequence,
    /^Every lookup was answered, .* for pods with kube-dns-upstream as second nameserver/,
  );
});

test('without a fault nobody feels anything', () => {
  assert.equal(calm.result, 'pass');
  assert.match(calm.sentence, /^Nothing was broken, and nobody lost a lookup: ([\d,]+) of \1 were answered/);
  assert.deepEqual(
    calm.probes.flatMap(({ impacts }) => impacts.filter(({ fault, hard }) => fault !== 0 || hard.kind !== 'none')),
    [],
  );
});

test('marks say what was claimed of a probe', () => {
  const mark = (verdict: Verdict, name: string): string | undefined =>
    verdict.probes.find(({ probe }) => probe === name)?.mark;
  assert.equal(mark(passing, 'both/fallback-upstream/glibc/busy'), 'holds');
  assert.equal(mark(passing, 'both/fallback/glibc/busy'), 'felt');
  assert.equal(mark(failing, 'both/fallback/glibc/busy'), 'broken');
  assert.equal(mark(passing, 'both/ask-10.96.0.10/wire/busy'), 'measured');
  assert.equal(mark(passing, 'control/stock/glibc/busy'), 'holds');
  assert.equal(mark(verdictOf({ flaw: 'not-felt' }), 'both/single/glibc/busy'), 'not-felt');
});

const flaws: Readonly<Record<string, { readonly check: string; readonly sentence: RegExp }>> = {
  'dirty-baseline': { check: 'clean baseline', sentence: /DNS was not clean before the fault \(2 of/ },
  late: { check: 'lookups on time', sentence: /the probes were late \(worst 9\d ms \(both\/single\/musl\/busy\)\)/ },
  gap: { check: 'no trouble', sentence: /the suite had trouble of its own .* missing, the first is number 300/ },
  unconfirmed: {
    check: 'fault in force',
    sentence: /not proven to be in force \(fault 2 on both: the container ID did not/,
  },
  'not-felt': { check: 'unsafe set-ups felt it', sentence: /known to be unsafe did not feel the fault/ },
  aborted: { check: 'run complete', sentence: /the run did not reach its end \(ended in "recovery"\)/ },
};

for (const [flaw, { check, sentence }] of Object.entries(flaws)) {
  test(`${flaw}: proves nothing`, () => {
    const verdict = verdictOf({ flaw: flaw as NonNullable<SyntheticOptions['flaw']> });
    assert.equal(verdict.result, 'inconclusive');
    const missed = verdict.checks.find(({ result }) => result === 'missed');
    assert.equal(missed?.name, check);
    assert.notEqual(missed.advice, '');
    assert.match(verdict.sentence, /^This run proves nothing: /);
    assert.match(verdict.sentence, sentence);
    assert.equal(verdict.consequence, missed.advice);
  });
}

test('an abort breaks no claim by what it cut short', () => {
  const { claims } = verdictOf({ flaw: 'aborted' });
  assert.deepEqual(
    claims.filter(({ result }) => result === 'fail'),
    [],
  );
});

test('a failing claim of a flawed run fails still', () => {
  assert.equal(verdictOf({ claims: 'wrong', flaw: 'gap' }).result, 'fail');
});

test('the same journal gives the same verdict, and another one when a threshold is changed', () => {
  const journal = syntheticJournal();
  const hypothesis = parseHypothesis(journal.hypothesis);
  assert.deepEqual(judge(hypothesis, journal), passing);
  assert.equal(judge(withThresholds(hypothesis, { 'thresholds.overTimeout': 0 }), journal).result, 'fail');
});

test('lookups of the warm-up count nowhere', () => {
  const journal = syntheticJournal({ resolvers: ['glibc'] });
  const spoilt = spoil(journal, (dueNs) => dueNs < 86_410 * second - 1);
  const verdict = judge(parseHypothesis(journal.hypothesis), spoilt);
  assert.equal(verdict.result, 'pass');
  const later = spoil(journal, (dueNs) => dueNs < 86_411 * second);
  assert.equal(judge(parseHypothesis(journal.hypothesis), later).result, 'inconclusive');
});

test('a probe that was late, or was given up, in the warm-up is no worse for it', () => {
  const journal = syntheticJournal({ resolvers: ['glibc'] });
  const observations = new Map(
    [...journal.observations].map(([probe, list]) => [
      probe,
      list.map((lookup) =>
        lookup.dueNs < 86_409 * second
          ? { ...lookup, startNs: lookup.dueNs + second / 2, outcome: 'abandoned' as const }
          : lookup,
      ),
    ]),
  );
  assert.equal(judge(parseHypothesis(journal.hypothesis), { ...journal, observations }).result, 'pass');
});

test('a broken claim of a flawed run says why to doubt it', () => {
  const { sentence, consequence } = verdictOf({ claims: 'wrong', flaw: 'gap' });
  assert.match(sentence, /^Pods with kube-dns as second nameserver/);
  assert.match(consequence, /^Doubt it: /);
});

test('a fail must be earned too: what a noisy machine may have done proves nothing', () => {
  const { result, sentence, claims } = verdictOf({ claims: 'wrong', flaw: 'late' });
  assert.equal(
    claims.some((claim) => claim.result === 'fail'),
    true,
  );
  assert.equal(result, 'inconclusive');
  assert.match(sentence, /^This run proves nothing: the probes were late \(worst 9\d ms/);
});

test('a node that stands still for half a second has not lost the schedule of its probes', () => {
  const journal = syntheticJournal({ resolvers: ['glibc'] });
  const stood = delay(journal, (dueNs, probe) =>
    probe.startsWith('link-local') && dueNs > 86_435 * second && dueNs < 86_435.5 * second ? 0.4 : 0,
  );
  assert.equal(judge(parseHypothesis(journal.hypothesis), stood).result, 'pass');
});

test('a bound that is broken only because a probe began late proves nothing; broken on time it fails', () => {
  const journal = syntheticJournal({ resolvers: ['glibc'] });
  const last = journal.observations
    .get('both/fallback-upstream/glibc/busy')
    ?.findLast(({ endNs, dueNs }) => endNs - dueNs > second);
  assert.ok(last);
  const late = delay(journal, (dueNs, probe) => (probe === last.probe && dueNs === last.dueNs ? 2 : 0));
  const excused = judge(parseHypothesis(journal.hypothesis), late);
  assert.equal(excused.result, 'inconclusive');
  assert.equal(excused.checks.find(({ result }) => result === 'missed')?.name, 'slow by itself');
  const onTime = {
    ...late,
    observations: new Map(
      [...late.observations].map(([probe, all]) => [probe, all.map((o) => ({ ...o, startNs: o.dueNs }))]),
    ),
  };
  assert.equal(judge(parseHypothesis(journal.hypothesis), onTime).result, 'fail');
});

test('lookups that are due while probes are being stopped count nowhere', () => {
  const journal = syntheticJournal({ resolvers: ['glibc'] });
  const drainingNs = journal.phases.find(({ phase }) => phase === 'draining')?.atNs ?? Number.NaN;
  const late = spoil(journal, (dueNs) => dueNs >= drainingNs);
  assert.deepEqual(
    judge(parseHypothesis(journal.hypothesis), late).checks,
    judge(parseHypothesis(journal.hypothesis), journal).checks,
  );
  const before = spoil(journal, (dueNs) => dueNs >= drainingNs - second && dueNs < drainingNs);
  assert.equal(judge(parseHypothesis(journal.hypothesis), before).result === 'pass', false);
});

test('Go programs that lose lookups after the return of node-cache are told why', () => {
  const advice = passing.advice.map(({ text }) => text).join('\n');
  assert.match(advice, /Go programs lost lookups for 15\.\d s, though node-cache was back after 11\.\d s/);
});

test('trouble on the control node proves nothing', () => {
  const journal = syntheticJournal({ resolvers: ['glibc'] });
  const hypothesis = parseHypothesis(journal.hypothesis);
  const lenient: Hypothesis = { ...hypothesis, claims: hypothesis.claims.filter(({ name }) => name !== 'control') };
  const spoilt = spoil(
    journal,
    (dueNs, probe) => probe.startsWith('control') && dueNs > 86_440 * second && dueNs < 86_441 * second,
  );
  const verdict = judge(lenient, spoilt);
  assert.equal(verdict.result, 'inconclusive');
  assert.equal(verdict.checks.find(({ result }) => result === 'missed')?.name, 'calm control');
});

test('what is missing for a check is not measured, and no pass is lost by it', () => {
  const verdict = verdictOf({ captures: false, resolvers: ['glibc'] });
  assert.equal(verdict.result, 'pass');
  assert.deepEqual(
    verdict.checks.filter(({ result }) => result === 'not-measured').map(({ name }) => name),
    ['who answered'],
  );
  assert.ok(verdict.probes.every(({ answeredBy }) => answeredBy === null));
});

test('too few lookups prove nothing', () => {
  const journal = syntheticJournal({ resolvers: ['glibc'] });
  const hypothesis = parseHypothesis(journal.hypothesis);
  const strict = { ...hypothesis, evidence: { ...hypothesis.evidence, lookupsInWindow: 10_000 } };
  const missed = judge(strict, journal).checks.filter(({ result }) => result === 'missed');
  assert.deepEqual(
    missed.map(({ name }) => name),
    ['enough lookups'],
  );
});

test('unsent lookups matter where a claim rests on them', () => {
  const journal = syntheticJournal({ resolvers: ['glibc'] });
  const hypothesis = parseHypothesis(journal.hypothesis);
  const unsent = (name: string): Journal =>
    spoil(journal, (dueNs, probe) => probe === name && dueNs > 86_440 * second && dueNs < 86_441 * second, 'unsent');
  assert.equal(judge(hypothesis, unsent('both/fallback-upstream/glibc/busy')).result, 'inconclusive');
  assert.equal(judge(hypothesis, unsent('both/single/glibc/busy')).result, 'pass');
});

test('faults that run into each other prove nothing', () => {
  const verdict = verdictOf({ resolvers: ['glibc'], downNs: [14 * second, 11 * second] });
  assert.ok(verdict.checks.some(({ name, result }) => name === 'faults apart' && result === 'missed'));
});

test('a check that breaks is a missed one', () => {
  const journal = syntheticJournal({ resolvers: ['glibc'] });
  const hypothesis = parseHypothesis(journal.hypothesis);
  const explosive = new Proxy(hypothesis.evidence, {
    get: (target, key) => {
      if (key === 'lookupsInWindow') throw new Error('it broke');
      return Reflect.get(target, key) as unknown;
    },
  });
  const verdict = judge({ ...hypothesis, evidence: explosive }, journal);
  assert.equal(verdict.result, 'inconclusive');
  assert.ok(verdict.checks.some(({ found, result }) => found === 'the judge broke: it broke' && result === 'missed'));
});

test('a recovery is taken apart on one axis', () => {
  const fault = passing.faults.find(({ fault: number, site }) => number === 2 && site === 'link-local');
  assert.ok(fault !== undefined && fault.confirmed);
  const at = Object.fromEntries(fault.recovery.map(({ step, atNs }) => [step, (atNs ?? NaN) / 1e6]));
  assert.equal(at['process gone'], 4);
  assert.equal(at[':53 bound'], 11_004);
  assert.equal(at['Ready'], 11_954);
  assert.ok(Number(at['first wire answer']) >= 11_004 && Number(at['first wire answer']) < 11_100);
  assert.ok(Number(at['first good lookup, musl']) >= 11_004 && Number(at['first good lookup, musl']) < 11_100);
});

test('who answered is counted from packets', () => {
  const answeredBy = (name: string) => passing.probes.find(({ probe }) => probe === name)?.answeredBy;
  const upstream = answeredBy('both/fallback-upstream/glibc/busy');
  assert.deepEqual(
    upstream?.map(({ phase, servers }) => [phase, servers.map(({ server }) => server)]),
    [
      ['baseline', ['169.254.20.10 (own node)']],
      ['fault 1', ['169.254.20.10 (own node)', '10.96.153.7 (elsewhere)']],
      ['fault 2', ['169.254.20.10 (own node)', '10.96.153.7 (elsewhere)']],
    ],
  );
  const failedOver = upstream.at(-1)?.servers.at(-1)?.lookups;
  assert.ok(failedOver !== undefined && Math.abs(failedOver - 220) <= 1);
});

test('predictions stand beside measurements, and agree with an independent simulation', () => {
  const predicted = passing.probes.map(({ probe, predicted: prediction }) => ({ probe, prediction }));
  assert.deepEqual(
    predicted.filter(({ prediction }) => prediction?.agrees !== true),
    [],
  );
});

test('advice keeps measured and predicted apart', () => {
  const texts = (basis: string): string =>
    passing.advice
      .filter((advice) => advice.basis === basis)
      .map(({ text }) => text)
      .join('\n');
  assert.match(texts('measured'), /Second nameserver: kube-dns-upstream, 10\.96\.153\.7/);
  assert.match(texts('measured'), /A shorter timeout alone does not help/);
  assert.match(texts('measured'), /restart back-off made up/);
  assert.match(texts('predicted'), /fewer dots than ndots:2 would have taken 8\.00 s/);
});

test('a verdict is plain data', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(passing)), passing);
});

/** The journal with every lookup that is chosen turned into a failed (or unsent) one. */
function spoil(
  journal: Journal,
  chosen: (dueNs: number, probe: string) => boolean,
  outcome: 'failed' | 'unsent' = 'failed',
): Journal {
  const observations = new Map(
    [...journal.observations].map(([probe, list]) => [
      probe,
      list.map((observation) =>
        chosen(observation.dueNs, probe) ? { ...observation, outcome, answers: [], error: 'SERVFAIL' } : observation,
      ),
    ]),
  );
  return { ...journal, observations };
}

/** The journal with some lookups begun, and ended, later by so many seconds. */
function delay(journal: Journal, bySeconds: (dueNs: number, probe: string) => number): Journal {
  const observations = new Map(
    [...journal.observations].map(([probe, all]) => [
      probe,
      all.map((observation) => {
        const byNs = bySeconds(observation.dueNs, probe) * second;
        return { ...observation, startNs: observation.startNs + byNs, endNs: observation.endNs + byNs };
      }),
    ]),
  );
  return { ...journal, observations };
}
