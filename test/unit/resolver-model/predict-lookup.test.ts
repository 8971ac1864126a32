import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DnsConfig, Resolver } from '../../../lib/journal/entry.ts';
import type { ExpectedLookup, LookupQuestion } from '../../../lib/resolver-model/lookup-question.ts';
import type { Nameserver, NameserverState } from '../../../lib/resolver-model/nameserver.ts';
import { predictLookup } from '../../../lib/resolver-model/predict-lookup.ts';
import { seededRandom } from '../../support/random.ts';
import { syntheticLookup } from '../../support/synthetic-lookup.ts';

const second = 1_000_000_000;
const fullName = 'www.eu.shop.web.example.com';

interface Case {
  readonly resolver: Resolver;
  readonly servers: readonly (
    NameserverState | { readonly downS: readonly [number, number]; readonly state?: 'closed' | 'silent' }
  )[];
  readonly timeoutS?: number | null;
  readonly attempts?: number | null;
  readonly searches?: readonly string[];
  readonly ndots?: number;
  readonly name?: string;
  readonly exists?: (name: string) => boolean;
  readonly dueS?: number;
  readonly refusals?: 'possible' | 'never';
  readonly history?: 'warm' | 'cold';
  readonly heardHalf?: boolean;
}

function question(test: Case): LookupQuestion {
  const nameservers = test.servers.map((server, index): Nameserver => {
    const address = `10.0.0.${index + 1}`;
    const rttNs = { minNs: 0, maxNs: 0 };
    if (server === 'answering') return { address, rttNs, spans: [] };
    const [fromS, untilS] = typeof server === 'string' ? [0, Infinity] : server.downS;
    const state = typeof server === 'string' ? server : (server.state ?? 'silent');
    return { address, rttNs, spans: [{ fromNs: fromS * second, untilNs: untilS * second, state }] };
  });
  const name = test.name ?? fullName;
  return {
    resolver: test.resolver,
    resolvConf: {
      nameservers: nameservers.map(({ address }) => address),
      searches: [...(test.searches ?? ['a.test', 'b.test', 'c.test'])],
      ndots: test.ndots ?? 2,
      timeoutS: test.timeoutS ?? null,
      attempts: test.attempts ?? null,
    },
    nameservers,
    name,
    exists: test.exists ?? ((full) => full === name),
    dueNs: (test.dueS ?? 0) * second,
    refusals: test.refusals ?? 'never',
    history: test.history ?? 'cold',
    heardHalf: test.heardHalf ?? false,
  };
}

/** Seconds at which it may be answered and may fail. */
function predict(test: Case): {
  readonly answered: readonly number[] | null;
  readonly failed: readonly number[] | null;
} {
  const seconds = (range: ExpectedLookup['answered']): readonly number[] | null =>
    range === null ? null : [...new Set([range.minNs / second, range.maxNs / second])];
  const { answered, failed } = predictLookup(question(test));
  return { answered: seconds(answered), failed: seconds(failed) };
}

test('one silent nameserver and the defaults: the search list is walked after the name itself', () => {
  assert.deepEqual(predict({ resolver: 'glibc', servers: ['silent'] }), { answered: null, failed: [20] });
  assert.deepEqual(predict({ resolver: 'go', servers: ['silent'] }), { answered: null, failed: [40] });
  assert.deepEqual(predict({ resolver: 'musl', servers: ['silent'] }), { answered: null, failed: [5] });
  assert.deepEqual(predict({ resolver: 'wire', servers: ['silent'] }), { answered: null, failed: [2] });
});

test('a good second nameserver costs the timeout of the first, and musl nothing', () => {
  const servers = ['silent', 'answering'] as const;
  for (const resolver of ['glibc', 'go'] as const) {
    assert.deepEqual(predict({ resolver, servers, timeoutS: 2 }), { answered: [2], failed: null });
  }
  assert.deepEqual(predict({ resolver: 'musl', servers, timeoutS: 2 }), { answered: [0], failed: null });
});

test('a name with fewer dots than ndots pays it for each search domain', () => {
  const servers = ['silent', 'answering'] as const;
  for (const resolver of ['glibc', 'go'] as const) {
    assert.deepEqual(predict({ resolver, servers, timeoutS: 2, name: 'api.test' }), { answered: [8], failed: null });
  }
});

test('a short name is found in the search list, and musl gives up at the first silence', () => {
  const short = { name: 'api', exists: (full: string) => full === 'api.b.test' };
  assert.deepEqual(predict({ resolver: 'glibc', servers: ['answering'], ...short }), { answered: [0], failed: null });
  assert.deepEqual(predict({ resolver: 'musl', servers: ['answering'], ...short }), { answered: [0], failed: null });
  assert.deepEqual(predict({ resolver: 'musl', servers: ['silent'], ...short }), { answered: null, failed: [5] });
  assert.deepEqual(predict({ resolver: 'c-ares', servers: ['answering'], ...short }), { answered: null, failed: [0] });
});

test('a name that does not exist ends without waiting', () => {
  const missing = { servers: ['answering'] as const, exists: () => false };
  for (const resolver of ['glibc', 'go', 'musl', 'c-ares', 'wire'] as const) {
    assert.deepEqual(predict({ resolver, ...missing }), { answered: null, failed: [0] });
  }
});

test('glibc doubles the wait for later servers and divides it by their number', () => {
  const two = predict({ resolver: 'glibc', servers: ['silent', 'silent'], timeoutS: 2, searches: [] });
  assert.deepEqual(two, { answered: null, failed: [8] });
  const three = predict({ resolver: 'glibc', servers: ['silent', 'silent', 'silent'], timeoutS: 1, searches: [] });
  assert.deepEqual(three, { answered: null, failed: [6] });
});

test('glibc with one of two answers asks the same server once more, and then goes on', () => {
  const half = { resolver: 'glibc', timeoutS: 2, heardHalf: true } as const;
  assert.deepEqual(predict({ ...half, servers: ['silent', 'answering'] }), { answered: [4], failed: null });
  assert.deepEqual(predict({ ...half, servers: ['answering', 'answering'] }), { answered: [2], failed: null });
});

test('a server that comes back answers the next query to it', () => {
  const servers = [{ downS: [0, 1.1] as const }];
  assert.deepEqual(predict({ resolver: 'glibc', servers }), { answered: [5], failed: null });
  assert.deepEqual(predict({ resolver: 'go', servers }), { answered: [5], failed: null });
  assert.deepEqual(predict({ resolver: 'musl', servers }), { answered: [2.5], failed: null });
  assert.deepEqual(predict({ resolver: 'glibc', servers, dueS: 1.1 }), { answered: [0], failed: null });
});

test('the name is lost, and the search list still costs time, when the server comes back late', () => {
  const servers = [{ downS: [0, 11] as const }];
  assert.deepEqual(predict({ resolver: 'glibc', servers }), { answered: null, failed: [15] });
  assert.deepEqual(predict({ resolver: 'glibc', servers, dueS: 2 }), { answered: null, failed: [10] });
  assert.deepEqual(predict({ resolver: 'glibc', servers, dueS: 6 }), { answered: [5], failed: null });
});

test('a closed port refuses or is silent, except for musl', () => {
  const servers = ['closed', 'answering'] as const;
  const both = { servers, timeoutS: 2, refusals: 'possible' } as const;
  assert.deepEqual(predict({ resolver: 'glibc', ...both }), { answered: [0, 2], failed: null });
  assert.deepEqual(predict({ resolver: 'musl', servers: ['closed'], refusals: 'possible' }), {
    answered: null,
    failed: [5],
  });
  const alone = predict({ resolver: 'glibc', servers: ['closed'], refusals: 'possible' });
  assert.deepEqual(alone, { answered: null, failed: [0, 20] });
});

test('c-ares: a fresh channel waits its timeout and a tick, one with a history 250 ms and a tick', () => {
  const servers = ['silent', 'answering'] as const;
  assert.deepEqual(predict({ resolver: 'c-ares', servers, timeoutS: 2 }).answered, [2, 3]);
  assert.deepEqual(predict({ resolver: 'c-ares', servers, timeoutS: 2, history: 'warm' }).answered, [0, 1.25]);
  const alone = predict({ resolver: 'c-ares', servers: ['silent'], history: 'warm' });
  assert.deepEqual(alone, { answered: null, failed: [2, 7.75] });
  const fresh = predict({ resolver: 'c-ares', servers: ['silent'], timeoutS: 5 });
  assert.deepEqual(fresh, { answered: null, failed: [40, 79] });
});

test('what resolv.conf says of timeout and attempts is cut to what each resolver takes', () => {
  const alone = { servers: ['silent'] as const, searches: [] };
  assert.deepEqual(predict({ resolver: 'glibc', ...alone, attempts: 9, timeoutS: 1 }).failed, [5]);
  assert.deepEqual(predict({ resolver: 'glibc', ...alone, attempts: 1, timeoutS: 90 }).failed, [30]);
  assert.deepEqual(predict({ resolver: 'glibc', ...alone, attempts: 0 }).failed, [0]);
  assert.deepEqual(predict({ resolver: 'glibc', ...alone, timeoutS: 0 }).failed, [2]);
  assert.deepEqual(predict({ resolver: 'go', ...alone, attempts: 0, timeoutS: 0 }).failed, [1]);
  assert.deepEqual(predict({ resolver: 'musl', ...alone, timeoutS: 90 }).failed, [60]);
  assert.match(predictLookup(question({ resolver: 'musl', ...alone, attempts: 0 })).why, /divide by zero/);
});

test('more than three nameservers are not asked', () => {
  const servers = ['silent', 'silent', 'silent', 'answering'] as const;
  for (const resolver of ['glibc', 'go', 'musl'] as const) {
    assert.equal(predict({ resolver, servers }).answered, null);
  }
});

test('the words tell the queries on the way', () => {
  const { why } = predictLookup(question({ resolver: 'glibc', servers: ['silent', 'answering'], timeoutS: 2 }));
  assert.equal(why, '0.00 s 10.0.0.1: no answer; 2.00 s 10.0.0.2: answers');
});

const scenes = fc.record({
  resolver: fc.constantFrom<Resolver>('glibc', 'musl', 'go', 'c-ares', 'wire'),
  timeoutS: fc.constantFrom(null, 1, 2, 3),
  attempts: fc.constantFrom(null, 1, 2, 3),
  down: fc.array(fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 30_000 })), {
    minLength: 1,
    maxLength: 3,
  }),
  dueMs: fc.integer({ min: 0, max: 20_000 }),
  refused: fc.boolean(),
  seed: fc.integer(),
});

test('property: the prediction brackets what an independent simulation of the resolver gives', () => {
  fc.assert(
    fc.property(scenes, ({ resolver, timeoutS, attempts, down, dueMs, refused, seed }) => {
      const asked = resolver === 'wire' ? down.slice(0, 1) : down;
      const rttNs = 400_000;
      const dnsConfig: DnsConfig = {
        name: 'any',
        nameservers: asked.map((_, index) => `10.0.0.${index + 1}`),
        searches: ['a.test', 'b.test', 'c.test'],
        ndots: 2,
        timeoutS,
        attempts,
        stock: false,
      };
      const spans = asked.map(([fromMs, lengthMs]) => ({ fromNs: fromMs * 1e6, toNs: (fromMs + lengthMs) * 1e6 }));
      const startNs = dueMs * 1e6;
      const simulated = syntheticLookup({
        resolver,
        dnsConfig,
        servers: dnsConfig.nameservers.map((address, index) => ({
          address,
          from: 'own-node',
          rttNs,
          down: [spans[index] ?? { fromNs: 0, toNs: 0 }],
        })),
        refused: refused && resolver !== 'musl',
        startNs,
        random: seededRandom(seed),
      });
      const expected = predictLookup({
        resolver,
        resolvConf: dnsConfig,
        nameservers: dnsConfig.nameservers.map((address, index) => ({
          address,
          rttNs: { minNs: 0, maxNs: 6 * rttNs },
          spans: [{ fromNs: spans[index]?.fromNs ?? 0, untilNs: spans[index]?.toNs ?? 0, state: 'closed' }],
        })),
        name: fullName,
        exists: (full) => full === fullName,
        dueNs: startNs,
        refusals: refused ? 'possible' : 'never',
        history: 'warm',
      });
      const range = simulated.outcome === 'answered' ? expected.answered : expected.failed;
      assert.ok(range !== null, `${simulated.outcome} was not foreseen`);
      const latencyNs = simulated.endNs - startNs;
      assert.ok(latencyNs >= range.minNs - 1, `${latencyNs} is quicker than ${range.minNs}`);
      assert.ok(latencyNs <= range.maxNs + 5e6, `${latencyNs} is slower than ${range.maxNs}`);
    }),
    { numRuns: 1000 },
  );
});
