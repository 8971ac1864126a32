import { baseline, test, type Limits } from '../fixtures/test.ts';
import { claim, defineHypothesis, failedLookups, slowestLookup } from '../lib/judge/claims.ts';

/**
 * Proves the suite itself: where nothing is broken, nothing may be found. A drill that sees an outage here sees its own shadow, be it late
 * probes, a busy machine or a cluster that was not well to begin with, and every other verdict of that hour is worth as little.
 */
const hypothesis = (limits: Limits) =>
  defineHypothesis({
    claims: [
      claim('without a fault no lookup fails, and none is slow', {
        why: 'Nothing is injected.',
        thresholds: [
          failedLookups({}).atMost(limits.noFaultFailedLookups, 'thresholds.noFaultFailedLookups'),
          failedLookups({ site: 'control' }).atMost(limits.noFaultFailedLookups, 'thresholds.noFaultFailedLookups'),
          slowestLookup({}).atMost(limits.noFaultSlowest, 'thresholds.noFaultSlowest'),
          slowestLookup({ site: 'control' }).atMost(limits.noFaultSlowest, 'thresholds.noFaultSlowest'),
        ],
      }),
    ],
    mustFeel: [],
    evidence: limits.evidence,
  });

test('nothing is broken', { tag: ['@control', '@quick'] }, async ({ limits, timing, record, expectToHold }) => {
  const journal = await record({ hypothesis: hypothesis(limits), steps: [baseline(timing.quietDrill)] });

  await expectToHold(hypothesis(limits), journal);
});
