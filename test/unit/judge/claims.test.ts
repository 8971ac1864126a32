import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claim, defineHypothesis, failedLookups, mustFeel, outage, slowestLookup } from '../../../lib/judge/claims.ts';
import { judge } from '../../../lib/judge/judge.ts';
import { parseHypothesis } from '../../../lib/judge/parse-hypothesis.ts';
import { withThresholds } from '../../../lib/judge/with-thresholds.ts';
import type { Claim, Hypothesis, Threshold } from '../../../lib/judge/hypothesis.ts';
import type { ClaimVerdict } from '../../../lib/judge/verdict.ts';
import { syntheticJournal } from '../../support/synthetic-journal.ts';

const second = 1_000_000_000;
const journal = syntheticJournal({ resolvers: ['glibc', 'c-ares'], captures: false });

function hypothesisOf(...claims: Claim[]): Hypothesis {
  const evidence = { baselineFailures: 0, lookupsInWindow: 100, latenessIntervals: 1 };
  return defineHypothesis({
    claims,
    mustFeel: [mustFeel({ dnsConfig: 'single' }, { fault: 2, why: 'alone' })],
    evidence,
  });
}

function judged(...thresholds: Threshold[]): ClaimVerdict {
  const [verdict] = judge(hypothesisOf(claim('it holds', { why: 'because', thresholds })), journal).claims;
  assert.ok(verdict !== undefined);
  return verdict;
}

test('a hypothesis is plain data that comes back from a journal', () => {
  const hypothesis = hypothesisOf(
    claim('A second nameserver loses nothing!', {
      why: 'because',
      thresholds: [
        failedLookups({ dnsConfig: 'fallback-upstream' }).atMost(0, 'a'),
        [slowestLookup({ resolver: ['glibc', 'go'] }).atMostItsTimeoutPlus(second / 2, 'b')],
        slowestLookup({}).atMost(second, 'c'),
        outage({}).atMost(0, 'd'),
        outage({}, { deadlineNs: second }).atMost(0, 'd'),
      ],
    }),
  );
  assert.equal(hypothesis.claims[0]?.name, 'a-second-nameserver-loses-nothing');
  assert.deepEqual(parseHypothesis(JSON.parse(JSON.stringify(hypothesis))), hypothesis);
  assert.throws(() => parseHypothesis({ claims: 'none' }), /no valid hypothesis/);
});

test('two claims of one name are refused', () => {
  const one = claim('one', { why: '', thresholds: [] });
  assert.throws(() => hypothesisOf(one, one), /two claims have the name "one"/);
});

test('each chosen probe is held to the bound, the worst first', () => {
  const { result, thresholds } = judged(failedLookups({ site: 'both', rate: 'busy' }).atMost(0, 's'));
  assert.equal(result, 'fail');
  assert.ok(thresholds.length > 8);
  const used = thresholds.map(({ measured }) => measured ?? Infinity);
  assert.deepEqual(
    used,
    used.toSorted((a, b) => b - a),
  );
});

test('a timeout is that of the dnsConfig, or the resolver’s own', () => {
  const { thresholds } = judged(
    slowestLookup({ site: 'both', dnsConfig: 'fallback-upstream', rate: 'busy' }).atMostItsTimeoutPlus(second / 2, 's'),
    slowestLookup({ site: 'both', dnsConfig: 'single', rate: 'busy' }).atMostItsTimeoutPlus(second / 2, 's'),
  );
  const limits = Object.fromEntries(thresholds.map(({ probe, limit }) => [probe, limit / second]));
  assert.equal(limits['both/fallback-upstream/glibc/busy'], 2.5);
  assert.equal(limits['both/single/glibc/busy'], 5.5);
  assert.equal(limits['both/single/c-ares/busy'], 2.5);
});

test('a bound is kept exactly, and thinly above nine tenths of it', () => {
  const [measured] = judged(
    slowestLookup({ site: 'both', dnsConfig: 'fallback-upstream', resolver: 'glibc', rate: 'busy' }).atMost(0, 's'),
  ).thresholds;
  const worst = measured?.measured ?? 0;
  const at = (limitNs: number): readonly (boolean | undefined)[] => {
    const of = { site: 'both', dnsConfig: 'fallback-upstream', resolver: 'glibc', rate: 'busy' } as const;
    const [verdict] = judged(slowestLookup(of).atMost(limitNs, 's')).thresholds;
    return [verdict?.holds, verdict?.thin];
  };
  assert.deepEqual(at(worst - 1), [false, false]);
  assert.deepEqual(at(worst), [true, true]);
  assert.deepEqual(at(worst / 0.89), [true, false]);
});

test('the outage is the at-most bound of the worst fault', () => {
  const of = { site: 'both', dnsConfig: 'single', resolver: 'glibc', rate: 'busy' } as const;
  const [hard, hasty] = [
    outage(of).atMost(99 * second, 's'),
    outage(of, { deadlineNs: second }).atMost(99 * second, 's'),
  ];
  const [first, other] = judged(hasty, hard).thresholds;
  assert.ok(first !== undefined && other !== undefined);
  assert.ok(Number(first.measured) > 10.9 * second && Number(first.measured) < 11.2 * second);
  assert.ok(Number(other.measured) > 5.9 * second && Number(other.measured) < 6.2 * second);
});

test('the control is chosen by name only', () => {
  assert.ok(judged(failedLookups({}).atMost(0, 's')).thresholds.every(({ probe }) => !probe.startsWith('control')));
  assert.equal(judged(failedLookups({ site: 'control' }).atMost(0, 's')).thresholds.length, 2);
});

test('a bound on a resolver that is not probed here is not asked', () => {
  const kept = failedLookups({ dnsConfig: 'fallback-upstream', resolver: 'glibc' }).atMost(0, 's');
  assert.equal(
    judged(kept, failedLookups({ dnsConfig: 'fallback-upstream', resolver: 'musl' }).atMost(0, 's')).result,
    'pass',
  );
});

test('a bound on an unknown dnsConfig makes a claim inconclusive', () => {
  const kept = failedLookups({ dnsConfig: 'fallback-upstream' }).atMost(0, 's');
  assert.equal(judged(kept, failedLookups({ dnsConfig: 'fallback-upsteram' }).atMost(0, 's')).result, 'inconclusive');
  assert.equal(judged().result, 'inconclusive');
});

test('thresholds can be changed by the setting that they came from', () => {
  const hypothesis = hypothesisOf(
    claim('one', {
      why: '',
      thresholds: [failedLookups({ dnsConfig: 'single' }).atMost(0, 'lost'), slowestLookup({}).atMost(second, 'slow')],
    }),
  );
  const changed = withThresholds(hypothesis, { lost: 9, slow: 2 * second });
  assert.deepEqual(
    changed.claims[0]?.thresholds.map((threshold) => ('atMost' in threshold ? threshold.atMost : threshold.limitNs)),
    [9, 2 * second],
  );
  assert.deepEqual(withThresholds(hypothesis, {}), hypothesis);
  assert.throws(() => withThresholds(hypothesis, { fast: 1 }), /"fast"; there are: lost, slow/);
  assert.throws(() => withThresholds(hypothesis, { lost: 0.5 }), /no number of lookups/);
  assert.throws(() => withThresholds(hypothesis, { slow: -1 }), /no duration/);
});
