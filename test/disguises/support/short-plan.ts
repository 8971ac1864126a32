import { drillConfigSchema, type DrillConfig, type DrillConfigInput } from '../../../lib/config/drill-config.ts';
import { claim, defineHypothesis, failedLookups, mustFeel } from '../../../lib/judge/claims.ts';
import type { Met } from './short-drill.ts';

export type ShortProbes = NonNullable<DrillConfigInput['probes']>;

/** As a user would write it, for a cluster that is not the project's own. */
export function shortConfig({ kubeconfigPath, context }: Met, probes: ShortProbes = {}): DrillConfig {
  return drillConfigSchema.parse({
    cluster: { provider: 'existing', existing: { kubeconfig: kubeconfigPath, context } },
    allowContexts: [context],
    probes: {
      resolvers: ['glibc'],
      dnsConfigs: ['single', 'fallback-upstream', 'stock'],
      quietDnsConfigs: [],
      busyInterval: '100 ms',
      fit: 'fixed',
      ...probes,
    },
    timing: { warmUp: '1 s', podsReady: '40 s', confirm: '20 s', drain: '12 s', undo: '60 s', drill: '90 s' },
    evidence: { lookupsInWindow: 20, latenessIntervals: 4 },
  });
}

/** The main drill's claims, as far as one kill can answer them. */
export const shortHypothesis = defineHypothesis({
  claims: [
    claim('kube-dns-upstream as second nameserver loses no lookup', {
      name: 'fallback-upstream',
      why: 'Its ClusterIP is never bound by node-cache.',
      thresholds: [failedLookups({ dnsConfig: 'fallback-upstream' }).atMost(0, 'thresholds.fallbackFailedLookups')],
    }),
    claim('the control loses no lookup', {
      name: 'control',
      why: 'Nothing is broken there.',
      thresholds: [failedLookups({ site: 'control' }).atMost(0, 'thresholds.controlFailedLookups')],
    }),
  ],
  mustFeel: [mustFeel({ dnsConfig: 'single' }, { fault: 1, why: 'its only nameserver is node-cache' })],
  evidence: { baselineFailures: 0, lookupsInWindow: 20, latenessIntervals: 4 },
});
