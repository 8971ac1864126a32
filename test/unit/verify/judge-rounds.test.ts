import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRounds } from '../../../lib/verify/probe/judge-rounds.ts';
import { askedRound, askedSuffix } from '../../support/asked-round.ts';

const outcomeOf = (...rounds: readonly ReturnType<typeof askedRound>[]) => judgeRounds(rounds, askedSuffix).outcome;
const other = (zones: string, first: number, second: number) =>
  [
    [
      `coredns_cache_hits_total{server="dns://169.254.20.10:53",type="success",view="",zones="${zones}"}`,
      first,
      second,
    ],
    [`coredns_cache_misses_total{server="dns://169.254.20.10:53",view="",zones="${zones}"}`, first, second],
  ] as const;

test('the first goes to CoreDNS and the second to the cache: proved, with the figures', () => {
  assert.deepEqual(judgeRounds([askedRound()], askedSuffix), {
    outcome: 'proved',
    because:
      'first 5 misses, 0 hits, 5 sent on, 5 at CoreDNS; then 0 misses, 5 hits, 0 sent on, 0 at CoreDNS (5 names)',
  });
});

test('without CoreDNS’ counters it is proved by node-cache’s, as long as others ask less', () => {
  const quiet = askedRound({ atCoreDns: null, hits: [2, 6], misses: [6, 1] });
  assert.equal(outcomeOf(quiet), 'proved');
  assert.equal(outcomeOf(askedRound({ atCoreDns: null, hits: [7, 12], misses: [6, 1] })), 'not-proved');
  assert.equal(outcomeOf(askedRound({ atCoreDns: null, hits: [0, 12], misses: [6, 5] })), 'not-proved');
});

test('with them it is proved however much others ask', () => {
  assert.equal(outcomeOf(askedRound({ hits: [300, 305], misses: [45, 40] })), 'proved');
});

test('what others ask of other zones counts for nothing', () => {
  const busy = askedRound({ atCoreDns: null, more: [...other('.', 400, 400), ...other('in-addr.arpa.', 9, 9)] });
  assert.equal(outcomeOf(busy), 'proved');
});

test('no query comes to node-cache: past the cache, with what CoreDNS saw', () => {
  const past = { arrived: [0, 0], hits: [0, 0], misses: [0, 0], atCoreDns: [5, 5] } as const;
  assert.deepEqual(judgeRounds([askedRound(past)], askedSuffix), {
    outcome: 'past-the-cache',
    because: 'of 10 queries none came to node-cache, 10 came to CoreDNS',
  });
  assert.equal(outcomeOf(askedRound({ ...past, hits: [50, 50], atCoreDns: null })), 'past-the-cache');
});

test('both go to CoreDNS: not kept, but not when the second came late', () => {
  const twice = { hits: [0, 0], misses: [5, 5], atCoreDns: [5, 5] } as const;
  assert.equal(outcomeOf(askedRound(twice)), 'not-kept');
  assert.equal(outcomeOf(askedRound({ ...twice, atCoreDns: null })), 'not-kept');
  assert.equal(outcomeOf(askedRound({ ...twice, againAfterMs: 5200 })), 'not-proved');
});

test('no cache at all: not kept', () => {
  const none = { hits: [0, 0], misses: [0, 0], forwarded: [5, 5], atCoreDns: [5, 5] } as const;
  assert.equal(outcomeOf(askedRound(none)), 'not-kept');
  assert.equal(outcomeOf(askedRound({ ...none, atCoreDns: null })), 'not-kept');
});

test('even the first is a hit: cached already', () => {
  assert.equal(outcomeOf(askedRound({ hits: [5, 5], misses: [0, 0], atCoreDns: [0, 0] })), 'cached-already');
});

test('nobody answers, or with an error', () => {
  assert.equal(outcomeOf(askedRound({ answer: 'timeout' })), 'no-answer');
  assert.deepEqual(judgeRounds([askedRound({ answer: 'SERVFAIL' })], askedSuffix), {
    outcome: 'no-answer',
    because: 'SERVFAIL',
  });
  assert.equal(outcomeOf(askedRound({ again: 'timeout' })), 'not-proved');
});

test('what is not counted is not proved: unreadable, too few, a counter that went back', () => {
  assert.match(judgeRounds([askedRound({ error: 'ECONNREFUSED' })], askedSuffix).because, /can’t be read/);
  assert.match(judgeRounds([askedRound({ arrived: [5, 2] })], askedSuffix).because, /5 and 5 queries 5 and 2 came/);
  assert.match(judgeRounds([askedRound({ misses: [-100, 5] })], askedSuffix).because, /went back/);
  assert.equal(outcomeOf(askedRound({ atCoreDns: [5, 5] })), 'not-proved');
  assert.equal(outcomeOf(askedRound({ atCoreDns: null, forwarded: [0, 0] })), 'not-proved');
});

test('most of the rounds decide, and without a majority nothing is proved', () => {
  const noisy = askedRound({ atCoreDns: null, hits: [9, 9], misses: [9, 9] });
  assert.equal(outcomeOf(askedRound(), noisy, askedRound()), 'proved');
  assert.equal(outcomeOf(askedRound(), noisy), 'not-proved');
  assert.equal(outcomeOf(), 'not-proved');
});
