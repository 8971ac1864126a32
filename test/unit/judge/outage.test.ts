import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Observation } from '../../../lib/journal/entry.ts';
import { impatientDeadlineNs, noDeadline } from '../../../lib/judge/lookup.ts';
import { measureOutage } from '../../../lib/judge/outage.ts';
import type { Outage } from '../../../lib/judge/verdict.ts';
import { lookup, lookups } from '../../support/tiny-journal.ts';

const second = 1_000_000_000;
const always = { fromNs: 0, untilNs: Infinity };

function hard(pattern: string, window = always): Outage {
  return measureOutage(lookups(pattern), window, noDeadline);
}

function impatient(pattern: string, window = always): Outage {
  return measureOutage(lookups(pattern), window, impatientDeadlineNs);
}

/** Both bounds in seconds; `none` when there was no outage. */
function bounds(outage: Outage): readonly [number, number | null] | 'none' {
  if (outage.kind === 'none') return 'none';
  return [outage.atLeastNs / second, outage.atMostNs === null ? null : outage.atMostNs / second];
}

test('bounds reach from first to last bad, and from the good one before to the good one after', () => {
  assert.deepEqual(bounds(hard('...xxxx...')), [3, 5]);
});

test('a single bad lookup is an outage of at least nothing', () => {
  assert.deepEqual(bounds(hard('...x...')), [0, 2]);
});

test('slow lookups are an outage only for the impatient', () => {
  assert.equal(bounds(hard('...sss...')), 'none');
  assert.deepEqual(bounds(impatient('...sss...')), [2, 4]);
  assert.deepEqual(bounds(impatient('..sxs....')), [2, 4]);
});

test('an outage that is open at the end is not recovered', () => {
  assert.deepEqual(bounds(hard('...xxx')), [2, null]);
});

test('an outage that lasts until the next fault is not recovered from this one', () => {
  assert.deepEqual(bounds(hard('..xxxxxx..', { fromNs: 2 * second, untilNs: 5 * second })), [2, null]);
});

test('unsent lookups neither make nor end an outage: bounds reach across them', () => {
  assert.equal(bounds(hard('..---..')), 'none');
  assert.deepEqual(bounds(hard('.-x-.')), [0, 4]);
  assert.deepEqual(bounds(hard('..x--')), [0, null]);
});

test('a lookup that was given up is bad, and unknown to a deadline that it had not reached', () => {
  assert.deepEqual(bounds(hard('..w..')), [0, 2]);
  const young = [...lookups('..'), lookup(2, 2, 'abandoned', { took: 0.5 }), lookup(3, 3)];
  assert.equal(bounds(measureOutage(young, always, impatientDeadlineNs)), 'none');
});

test('a lookup that the fault overtook is the fault’s', () => {
  const observations = [lookup(0, 0), lookup(1, 1, 'failed', { took: 5 }), lookup(2, 2, 'failed'), lookup(3, 3)];
  const outage = measureOutage(observations, { fromNs: 1.5 * second, untilNs: Infinity }, noDeadline);
  assert.deepEqual(bounds(outage), [1, 3]);
});

test('a lookup that the next fault overtook does not keep this one’s outage open', () => {
  const observations = [...lookups('..x..'), lookup(5, 5.5, 'failed', { took: 5 }), lookup(6, 7), lookup(7, 8)];
  const [first, next] = [
    { fromNs: 2 * second, untilNs: 6 * second },
    { fromNs: 6 * second, untilNs: Infinity },
  ];
  assert.deepEqual(bounds(measureOutage(observations, first, noDeadline)), [0, 2]);
  assert.deepEqual(bounds(measureOutage(observations, next, noDeadline)), [0, 3]);
  const waiting = [...lookups('..x..').slice(0, 4), lookup(4, 4, 'failed', { took: 5 }), lookup(5, 7)];
  assert.deepEqual(bounds(measureOutage(waiting, first, noDeadline)), [2, null]);
});

test('a bad lookup that had ended before the fault is not', () => {
  assert.equal(bounds(hard('.x......', { fromNs: 4 * second, untilNs: Infinity })), 'none');
});

test('three good lookups in a row part an outage, two do not', () => {
  const parted = hard('.xx...x.x..');
  assert.ok(parted.kind === 'outage');
  assert.deepEqual(
    parted.parts.map(({ fromNs, toNs, lookups: count }) => [fromNs / second, toNs / second, count]),
    [
      [1, 2, 2],
      [6, 8, 2],
    ],
  );
  assert.equal(parted.badNs, 3 * second);
  assert.deepEqual(bounds(parted), [7, 9]);
  assert.equal(partsOf(hard('.x..x.')), 1);
  assert.equal(partsOf(hard('.x..-.x.')), 1);
});

test('none says what could hide: the largest gap between good lookups', () => {
  const outage = hard('...-...');
  assert.deepEqual(outage, { kind: 'none', couldHideNs: 2 * second });
  assert.deepEqual(hard('....--'), { kind: 'none', couldHideNs: 2 * second });
});

test('lateness widens both bounds', () => {
  const observations = [
    lookup(0, 0),
    lookup(1, 1, 'failed', { late: 0.3 }),
    lookup(2, 2, 'failed', { late: 0.1 }),
    lookup(3, 3, 'answered', { late: 0.4 }),
  ];
  assert.deepEqual(bounds(measureOutage(observations, always, noDeadline)), [0.7, 3.4]);
});

interface Scene {
  readonly beginNs: number;
  readonly lengthNs: number;
  readonly intervalNs: number;
  readonly phaseNs: number;
  readonly latenessNs: readonly number[];
}

/** A real outage from `beginNs` to `endNs`, seen by lookups that begin up to `lateness` after they are due. */
const scenes: fc.Arbitrary<Scene> = fc.record({
  beginNs: fc.integer({ min: 2 * second, max: 20 * second }),
  lengthNs: fc.integer({ min: 1, max: 12 * second }),
  intervalNs: fc.integer({ min: 20_000_000, max: 700_000_000 }),
  phaseNs: fc.integer({ min: 0, max: 700_000_000 }),
  latenessNs: fc.array(fc.integer({ min: 0, max: 300_000_000 }), { minLength: 1, maxLength: 50 }),
});

function see({ beginNs, lengthNs, intervalNs, phaseNs, latenessNs }: Scene): Observation[] {
  const observations: Observation[] = [];
  for (let seq = 0, dueNs = phaseNs; dueNs < beginNs + lengthNs + 3 * second; seq += 1, dueNs += intervalNs) {
    const startNs = dueNs + (latenessNs[seq % latenessNs.length] ?? 0);
    const lost = startNs >= beginNs && startNs < beginNs + lengthNs;
    observations.push({
      ...lookup(seq, 0, lost ? 'failed' : 'answered'),
      dueNs,
      startNs,
      endNs: startNs + 1_000_000,
    });
  }
  return observations;
}

test('property: the bounds bracket the true outage, and what is none is shorter than what could hide', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const outage = measureOutage(see(scene), always, noDeadline);
      if (outage.kind === 'none') return scene.lengthNs <= outage.couldHideNs;
      return outage.atLeastNs <= scene.lengthNs && outage.atMostNs !== null && scene.lengthNs <= outage.atMostNs;
    }),
    { numRuns: 500 },
  );
});

const patterns = fc.string({ unit: fc.constantFrom('.', '.', 'x', 's', '-', 'w'), minLength: 1, maxLength: 40 });

test('property: at least never exceeds at most, and parts lie within', () => {
  fc.assert(
    fc.property(patterns, (pattern) => {
      for (const outage of [hard(pattern), impatient(pattern)]) {
        if (outage.kind === 'none') continue;
        if (outage.atMostNs !== null) assert.ok(outage.atLeastNs <= outage.atMostNs);
        assert.ok(outage.badNs <= outage.atLeastNs);
        const bad = outage.parts.reduce((sum, part) => sum + part.lookups, 0);
        assert.ok(bad >= 1 && bad <= pattern.length);
      }
    }),
  );
});

test('property: a further good lookup never widens', () => {
  fc.assert(
    fc.property(
      patterns,
      fc.double({ min: 0, max: 40, noNaN: true }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      (pattern, dueS, late) => {
        const observations = lookups(pattern);
        const more = [...observations, lookup(99, dueS, 'answered', { late })].sort((a, b) => a.dueNs - b.dueNs);
        const before = measureOutage(observations, always, noDeadline);
        const after = measureOutage(more, always, noDeadline);
        assert.equal(after.kind, before.kind);
        if (before.kind === 'none' || after.kind === 'none') return;
        assert.equal(after.atLeastNs, before.atLeastNs);
        if (before.atMostNs !== null) assert.ok(after.atMostNs !== null && after.atMostNs <= before.atMostNs);
      },
    ),
  );
});

test('property: an impatient client feels no less than a patient one', () => {
  fc.assert(
    fc.property(patterns, (pattern) => {
      const [patient, hasty] = [hard(pattern), impatient(pattern)];
      if (patient.kind === 'none') return;
      assert.ok(hasty.kind === 'outage' && hasty.atLeastNs >= patient.atLeastNs);
    }),
  );
});

function partsOf(outage: Outage): number {
  return outage.kind === 'none' ? 0 : outage.parts.length;
}
