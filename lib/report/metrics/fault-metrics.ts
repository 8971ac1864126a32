import type { Registry } from 'prom-client';
import { goneTimeNs } from '../../judge/gone-time.ts';
import type { ReportRun } from '../report-input.ts';
import { gauge, seconds } from './gauge.ts';

const faultLabels = ['experiment', 'fault', 'kind', 'site', 'node'] as const;

/** What was broken, for how long node-cache was gone, and how it came back. What nobody saw has no series. */
export function addFaultMetrics(registry: Registry, runs: readonly ReportRun[]): void {
  const confirmed = gauge(
    registry,
    'fault_confirmed',
    '1 when the fault is proven to have been in force.',
    faultLabels,
  );
  const gone = gauge(
    registry,
    'node_cache_gone_seconds',
    'From the end of the process until port 53 was bound again.',
    faultLabels,
  );
  const steps = gauge(registry, 'recovery_step_seconds', 'A step of the recovery, since the fault was injected.', [
    ...faultLabels,
    'step',
  ]);
  for (const { verdict } of runs) {
    for (const fault of verdict.faults) {
      const { kind, site, node } = fault;
      const labels = { experiment: verdict.head.experiment, fault: String(fault.fault), kind, site, node };
      confirmed.set(labels, fault.confirmed ? 1 : 0);
      const goneNs = goneTimeNs(fault);
      if (goneNs !== null) gone.set(labels, seconds(goneNs));
      for (const { step, atNs } of fault.recovery) if (atNs !== null) steps.set({ ...labels, step }, seconds(atNs));
    }
  }
}
