import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as format from '../../../lib/judge/format.ts';
import type { Outage } from '../../../lib/judge/verdict.ts';

const second = 1e9;
const ms = 1e6;

function outage(atLeastS: number, atMostS: number | null): Outage {
  return {
    kind: 'outage',
    atLeastNs: atLeastS * second,
    atMostNs: atMostS === null ? null : atMostS * second,
    firstBadDueNs: 0,
    lastBadDueNs: 0,
    goodBeforeDueNs: null,
    goodAfterDueNs: null,
    parts: [],
    badNs: 0,
  };
}

test('bounds are rounded outward to the coarser of 0.1 s and the interval', () => {
  assert.equal(format.formatOutage(outage(8.95, 9.0), 50 * ms), '8.9–9.0 s');
  assert.equal(format.formatOutage(outage(8.9, 9.01), 50 * ms), '8.9–9.1 s');
  assert.equal(format.formatOutage(outage(0.3, 0.3), 50 * ms), '0.3–0.3 s');
  assert.equal(format.formatOutage(outage(9.1, 14.9), 3 * second), '9–15 s');
  assert.equal(format.formatOutage(outage(1.1, 1.3), 250 * ms), '1.00–1.50 s');
  assert.equal(format.formatOutage(outage(8.95, 9.0), 50 * ms, '-'), '8.9-9.0 s');
});

test('an open outage and none are told in words', () => {
  assert.equal(format.formatOutage(outage(12.44, null), 50 * ms), 'at least 12.4 s, not recovered');
  assert.equal(format.formatOutage({ kind: 'none', couldHideNs: 50 * ms }, 50 * ms), 'none');
  assert.equal(
    format.explainOutage({ kind: 'none', couldHideNs: 50 * ms }, 50 * ms),
    'none (shorter than 50 ms could hide)',
  );
  assert.equal(format.formatAtMost(9.91 * second, 50 * ms), '≤ 10.0 s');
  assert.equal(format.formatAtMost(null, 50 * ms), 'not recovered');
});

test('latencies have three digits at most, and go up', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0.0 ms'],
    [0.41, '0.5 ms'],
    [7.4, '7.4 ms'],
    [9.99, '10 ms'],
    [122.1, '123 ms'],
    [999, '999 ms'],
    [999.2, '1.00 s'],
    [2948, '2.95 s'],
    [9999, '10.0 s'],
    [10_010, '10.1 s'],
    [99_990, '100 s'],
    [119_400, '120 s'],
  ];
  for (const [latencyMs, text] of cases) assert.equal(format.formatLatency(latencyMs * ms), text);
});

test('limits are exact', () => {
  assert.equal(format.formatLimit(2.5 * second), '2.5 s');
  assert.equal(format.formatLimit(500 * ms), '500 ms');
  assert.equal(format.formatLimit(0), '0 s');
});

test('counts and shares', () => {
  assert.equal(format.formatPart(0, 1200), '0 of 1,200');
  assert.equal(format.countOf(1, 'lookup'), '1 lookup');
  assert.equal(format.countOf(1200, 'lookup'), '1,200 lookups');
  assert.equal(format.formatShare(1199, 1200), '> 99 %');
  assert.equal(format.formatShare(1200, 1200), '100 %');
  assert.equal(format.formatShare(1, 1200), '< 1 %');
  assert.equal(format.formatShare(0, 1200), 'none');
  assert.equal(format.formatShare(1164, 1200), '97 %');
  assert.equal(format.listOf(['a', 'b', 'c']), 'a, b and c');
});

test('property: rounding is outward, never by more than one grain', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60_000_000 }),
      fc.integer({ min: 0, max: 60_000_000 }),
      fc.constantFrom(10, 50, 100, 250, 500, 3000),
      (leastUs, moreUs, intervalMs) => {
        const text = format.formatOutage(outage(leastUs / 1e6, (leastUs + moreUs) / 1e6), intervalMs * ms);
        const [least, most] = text.replace(' s', '').split('–').map(Number);
        assert.ok(least !== undefined && most !== undefined);
        const grain = Math.max(0.1, intervalMs / 1e3) + 1e-6;
        assert.ok(least <= leastUs / 1e6 + 1e-6 && leastUs / 1e6 - least < grain);
        assert.ok(most >= (leastUs + moreUs) / 1e6 - 1e-6 && most - (leastUs + moreUs) / 1e6 < grain);
      },
    ),
  );
});
