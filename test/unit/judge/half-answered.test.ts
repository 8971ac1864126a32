import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsResponse, PhaseMark } from '../../../lib/journal/entry.ts';
import { slowestLookup } from '../../../lib/judge/claims.ts';
import { halfAnswered } from '../../../lib/judge/half-answered.ts';
import { judgeThreshold } from '../../../lib/judge/judge-threshold.ts';
import { recordOf } from '../../../lib/judge/probe-record.ts';
import { lookup, tinyJournal, tinyProbe } from '../../support/tiny-journal.ts';

const second = 1_000_000_000;

function response(atS: number, queryType: 'A' | 'AAAA', server = '169.254.20.10'): DnsResponse {
  return {
    type: 'response',
    probe: 'both/single/glibc/busy',
    atNs: atS * second + 400_000,
    server,
    from: 'own-node',
    queryAtNs: atS * second + 100_000,
    queryName: 'www.eu.shop.web.example.com',
    queryType,
    rcode: 'NOERROR',
    tcp: false,
  };
}

const both = (atS: number): readonly DnsResponse[] => [response(atS, 'A'), response(atS, 'AAAA')];
const baseline: PhaseMark = { type: 'phase', atNs: 0, phase: 'baseline', fault: null };
const lookups = [0, 1, 2, 3].map((at) => lookup(at, at, 'answered', { took: 5.1 }));

test('one of two answers from the first nameserver, by glibc', () => {
  const responses = [...both(0), response(1, 'A'), ...both(2)];
  assert.deepEqual([...halfAnswered(tinyProbe(), lookups, responses)], [1]);
});

test('the second half may come from nowhere but the same server', () => {
  const responses = [...both(0), response(1, 'A'), response(1, 'AAAA', '10.96.0.10')];
  assert.deepEqual([...halfAnswered(tinyProbe(), lookups, responses)], [1]);
});

test('not where A alone is asked for, not of other resolvers, not without any answer', () => {
  const alone = [response(0, 'A'), response(1, 'A')];
  assert.deepEqual([...halfAnswered(tinyProbe(), lookups, alone)], []);
  assert.deepEqual([...halfAnswered(tinyProbe({ resolver: 'go' }), lookups, [...both(0), response(1, 'A')])], []);
  assert.deepEqual([...halfAnswered(tinyProbe(), lookups, both(0))], []);
});

test('not a lookup that took no timeout: its second query just left late', () => {
  const quick = [0, 1, 2, 3].map((at) => lookup(at, at));
  assert.deepEqual([...halfAnswered(tinyProbe(), quick, [...both(0), response(1, 'A'), ...both(2)])], []);
});

test('such a lookup may take two timeouts, and only such a one', () => {
  const threshold = slowestLookup({}).atMostItsTimeoutPlus(second / 2, 'thresholds.fallbackOverTimeout');
  const slow = lookup(21, 21, 'answered', { took: 10.1 });
  const judged = (...responses: readonly DnsResponse[]) => {
    const journal = tinyJournal(baseline, lookup(20, 20), slow, lookup(22, 22), ...both(20), ...responses);
    const [probe] = journal.probes;
    assert.ok(probe !== undefined);
    return judgeThreshold(threshold, recordOf(journal, probe));
  };
  assert.deepEqual(pick(judged(response(21, 'A'))), { measured: 10.1, limit: 10.5, holds: true });
  assert.deepEqual(pick(judged()), { measured: 10.1, limit: 5.5, holds: false });
});

function pick({ measured, limit, holds }: ReturnType<typeof judgeThreshold>) {
  return { measured: (measured ?? Number.NaN) / second, limit: limit / second, holds };
}
