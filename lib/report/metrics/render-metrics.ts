import { Registry } from 'prom-client';
import type { ReportMeta, ReportRun } from '../report-input.ts';
import { addClaimMetrics } from './claim-metrics.ts';
import { addFaultMetrics } from './fault-metrics.ts';
import { addProbeMetrics } from './probe-metrics.ts';
import { addRunMetrics } from './run-metrics.ts';

/**
 * The run as Prometheus text (exposition format 0.0.4), for the node exporter's textfile collector or a push gateway. Names and units are those
 * of https://prometheus.io/docs/practices/naming: base units, one unit a name. What has not ended is `+Inf`.
 */
export async function renderMetrics(runs: readonly ReportRun[], meta: ReportMeta): Promise<string> {
  const registry = new Registry();
  addRunMetrics(registry, runs, meta);
  addClaimMetrics(registry, runs);
  addFaultMetrics(registry, runs);
  addProbeMetrics(registry, runs);
  return registry.metrics();
}
