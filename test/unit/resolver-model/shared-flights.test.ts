import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExpectedLookup } from '../../../lib/resolver-model/lookup-question.ts';
import { sharedFlights } from '../../../lib/resolver-model/shared-flights.ts';

test('a lookup that begins while another is under way shares its result', () => {
  const asked: number[] = [];
  const flights = sharedFlights([0, 1, 4, 5, 6, 11], (startNs): ExpectedLookup => {
    asked.push(startNs);
    return { answered: null, failed: { minNs: 3, maxNs: 5 }, why: '' };
  });
  assert.deepEqual(asked, [0, 5, 11]);
  assert.equal(flights.length, 3);
});
