import { Counter, type Registry } from 'prom-client';
import type { LatencySummary, Outage, ProbeVerdict } from '../../judge/verdict.ts';
import type { ReportRun } from '../report-input.ts';
import { gauge, prefix, seconds } from './gauge.ts';

const probeLabels = ['experiment', 'probe', 'site', 'dns_config', 'resolver', 'rate'] as const;

type ProbeLabels = Readonly<Record<(typeof probeLabels)[number], string>>;

/** One cell of the matrix after the other: outages with both bounds, lookups by what came of them, slowest ones, lateness. */
export function addProbeMetrics(registry: Registry, runs: readonly ReportRun[]): void {
  const late = gauge(registry, 'lateness_p99_seconds', 'How late the probe began its lookups: p99.', probeLabels);
  const latest = gauge(registry, 'lateness_max_seconds', 'How late the probe began its lookups: worst.', probeLabels);
  const add = { outages: outagesIn(registry), lookups: lookupsIn(registry) };
  for (const { verdict } of runs) {
    for (const probe of verdict.probes) {
      const labels = labelsOf(verdict.head.experiment, probe);
      late.set(labels, seconds(probe.latenessP99Ns));
      latest.set(labels, seconds(probe.latenessMaxNs));
      add.lookups(labels, 'baseline', probe.baseline);
      for (const { fault, hard, impatient, latency } of probe.impacts) {
        add.lookups(labels, fault === 0 ? 'no fault' : `fault ${fault}`, latency);
        add.outages({ ...labels, fault: String(fault), deadline: '+Inf' }, hard);
        add.outages({ ...labels, fault: String(fault), deadline: '1' }, impatient);
      }
    }
  }
}

function labelsOf(experiment: string, { probe, site, dnsConfig, resolver, rate }: ProbeVerdict): ProbeLabels {
  return { experiment, probe, site, dns_config: dnsConfig.name, resolver, rate };
}

function outagesIn(registry: Registry) {
  const help = 'An outage is known between two bounds; its deadline is in seconds. +Inf: not recovered.';
  const outages = gauge(registry, 'outage_seconds', help, [...probeLabels, 'fault', 'deadline', 'bound']);
  return (labels: ProbeLabels & { readonly fault: string; readonly deadline: string }, outage: Outage): void => {
    const none = outage.kind === 'none';
    outages.set({ ...labels, bound: 'at_least' }, none ? 0 : seconds(outage.atLeastNs));
    outages.set({ ...labels, bound: 'at_most' }, none ? 0 : seconds(outage.atMostNs ?? Infinity));
  };
}

function lookupsIn(registry: Registry) {
  const lookups = new Counter({
    name: `${prefix}lookups_total`,
    help: 'Lookups by what came of them. One that was under way at an injection belongs to that fault.',
    labelNames: [...probeLabels, 'phase', 'outcome'],
    registers: [registry],
  });
  const help = 'The worst latency from the due time; a lookup that failed took as long as it took.';
  const slowest = gauge(registry, 'slowest_lookup_seconds', help, [...probeLabels, 'phase']);
  return (labels: ProbeLabels, phase: string, latency: LatencySummary): void => {
    for (const outcome of ['answered', 'failed', 'abandoned', 'unsent'] as const)
      lookups.inc({ ...labels, phase, outcome }, latency[outcome]);
    if (latency.worstNs !== null) slowest.set({ ...labels, phase }, seconds(latency.worstNs));
  };
}
