import type { Registry } from 'prom-client';
import type { ThresholdVerdict } from '../../judge/verdict.ts';
import type { ReportRun } from '../report-input.ts';
import { gauge, seconds, setState } from './gauge.ts';

const thresholdLabels = ['experiment', 'claim', 'metric', 'setting', 'probe'] as const;

/** Claims, the bounds they are made of with what was measured, and the checks that a pass rests on. */
export function addClaimMetrics(registry: Registry, runs: readonly ReportRun[]): void {
  const claims = gauge(registry, 'claim', 'How a claim came out: 1 for the result that it has.', [
    'experiment',
    'claim',
    'result',
  ]);
  const checks = gauge(registry, 'check', 'Whether what a pass rests on was so: 1 for the result that it has.', [
    'experiment',
    'check',
    'result',
  ]);
  const limits = {
    ns: gauge(registry, 'threshold_limit_seconds', 'A bound of a claim on one probe, in time.', thresholdLabels),
    lookups: gauge(
      registry,
      'threshold_limit_lookups',
      'A bound of a claim on one probe, in lookups.',
      thresholdLabels,
    ),
  };
  const measured = {
    ns: gauge(
      registry,
      'threshold_measured_seconds',
      'What was measured for it; +Inf: not recovered.',
      thresholdLabels,
    ),
    lookups: gauge(registry, 'threshold_measured_lookups', 'What was counted for it.', thresholdLabels),
  };
  for (const { verdict } of runs) {
    const { experiment } = verdict.head;
    for (const { name, result, thresholds } of verdict.claims) {
      setState(claims, { experiment, claim: name }, result, ['pass', 'fail', 'inconclusive']);
      for (const threshold of thresholds) {
        const { metric, setting, probe, unit, limit } = threshold;
        const labels = { experiment, claim: name, metric, setting, probe };
        limits[unit].set(labels, inBaseUnit(unit, limit));
        measured[unit].set(labels, inBaseUnit(unit, threshold.measured ?? Infinity));
      }
    }
    for (const { name, result } of verdict.checks)
      setState(checks, { experiment, check: name }, result, ['ok', 'missed', 'not-measured']);
  }
}

function inBaseUnit(unit: ThresholdVerdict['unit'], value: number): number {
  return unit === 'ns' ? seconds(value) : value;
}
