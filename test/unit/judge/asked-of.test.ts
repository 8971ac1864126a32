import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedOf } from '../../../lib/judge/asked-of.ts';
import { claim, defineHypothesis, failedLookups, mustFeel } from '../../../lib/judge/claims.ts';

const hypothesis = defineHypothesis({
  claims: [
    claim('whole', {
      why: '',
      thresholds: [failedLookups({ dnsConfig: 'fallback', site: 'link-local' }).atMost(0, 's')],
    }),
    claim('part', {
      why: '',
      thresholds: [
        failedLookups({ dnsConfig: 'fallback' }).atMost(0, 's'),
        failedLookups({ dnsConfig: 'single' }).atMost(0, 's'),
      ],
    }),
    claim('control', { why: '', thresholds: [failedLookups({ site: 'control' }).atMost(0, 's')] }),
  ],
  mustFeel: [
    mustFeel({ dnsConfig: 'single' }, { fault: 2, why: '' }),
    mustFeel({ dnsConfig: 'stok' }, { fault: 2, why: '' }),
  ],
  evidence: { baselineFailures: 0, lookupsInWindow: 1, latenessIntervals: 1 },
});

function shape(of: ReturnType<typeof askedOf>) {
  return {
    claims: of.claims.map(({ name, thresholds }) => `${name} ${thresholds.length}`),
    mustFeel: of.mustFeel.map((each) => each.of.dnsConfig),
  };
}

test('nothing left out: all is asked', () => {
  assert.deepEqual(askedOf(hypothesis, { sites: [], dnsConfigs: [] }), hypothesis);
});

test('a set-up left out takes its bounds along, and a claim that has no other', () => {
  assert.deepEqual(shape(askedOf(hypothesis, { sites: [], dnsConfigs: ['fallback'] })), {
    claims: ['part 1', 'control 1'],
    mustFeel: ['single', 'stok'],
  });
});

test('so does a site; a name that nobody knows stays, to be found out', () => {
  assert.deepEqual(shape(askedOf(hypothesis, { sites: ['link-local', 'control'], dnsConfigs: ['single'] })), {
    claims: ['part 1'],
    mustFeel: ['stok'],
  });
});
