import { createHash } from 'node:crypto';
import type { DrillConfig } from '../config/drill-config.ts';
import { roleLabel, runLabel, siteOfPodLabel } from '../kube/run-labels.ts';
import type { Pod, PodSpec } from '../kube/types.ts';
import { nothingBeyondResolving } from './nothing-beyond-resolving.ts';
import type { ProbePlan } from './probe-plan.ts';

export interface PodOptions {
  readonly runId: string;
  readonly probes: DrillConfig['probes'];
  /** How long a probe waits for lookups under way when it is told to stop. */
  readonly drainNs: number;
  /** After this the pod ends by itself, though its runner may be dead. */
  readonly limitNs: number;
  /** More flags for the programs: `npm run bench:probes` compares ways to print. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** Annotation with the probe's whole name, which is no valid label value. */
const probeAnnotation = 'nodelocal-drill.dev/probe';

/** The pod of one probe, bound to its node so that no scheduler has a say; it is never restarted, so its log stays readable. */
export function probePod(plan: ProbePlan, { runId, probes, drainNs, limitNs, flags = {} }: PodOptions): Pod {
  const metadata = {
    name: podName(plan.id),
    namespace: probes.namespace,
    labels: { [runLabel]: runId, [siteOfPodLabel]: plan.site.name, [roleLabel]: 'probe' },
    annotations: { [probeAnnotation]: plan.id },
  };
  const spec: PodSpec = {
    ...dnsOf(plan),
    nodeName: plan.site.node,
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    activeDeadlineSeconds: Math.ceil((limitNs + drainNs) / 1e9),
    terminationGracePeriodSeconds: Math.ceil(drainNs / 1e9) + 5,
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: 'probe',
        image: probes.image,
        imagePullPolicy: 'IfNotPresent',
        command: [...commandOf(plan.resolver), ...argumentsOf(plan, probes.maxInFlight, drainNs, flags)],
        securityContext: nothingBeyondResolving,
        // No limits: a throttled probe would measure its own quota.
        resources: { requests: { cpu: '5m', memory: '8Mi' } },
      },
    ],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

/** A readable DNS label for a probe's name, at most 63 characters, unique by the hash at its end. */
export function podName(probe: string): string {
  const words =
    probe
      .toLowerCase()
      .slice(0, 50)
      .match(/[a-z0-9]+/g) ?? [];
  return [...words, createHash('sha256').update(probe).digest('hex').slice(0, 6)].join('-');
}

function dnsOf({ dnsConfig }: ProbePlan): Pick<PodSpec, 'dnsPolicy' | 'dnsConfig'> {
  if (dnsConfig.stock) return { dnsPolicy: 'ClusterFirst' };
  const options = [
    { name: 'ndots', value: String(dnsConfig.ndots) },
    ...(dnsConfig.timeoutS === null ? [] : [{ name: 'timeout', value: String(dnsConfig.timeoutS) }]),
    ...(dnsConfig.attempts === null ? [] : [{ name: 'attempts', value: String(dnsConfig.attempts) }]),
  ];
  return {
    dnsPolicy: 'None',
    dnsConfig: { nameservers: dnsConfig.nameservers, searches: dnsConfig.searches, options },
  };
}

/** As probes/PROTOCOL.md names the programs. */
function commandOf(resolver: ProbePlan['resolver']): readonly string[] {
  switch (resolver) {
    case 'glibc':
      return ['/probe-glibc'];
    case 'musl':
      return ['/probe-musl'];
    case 'go':
      return ['/probe-go'];
    case 'c-ares':
      return ['node', '/probe/c-ares.js'];
    case 'wire':
      return ['/probe-wire'];
  }
}

function argumentsOf(
  plan: ProbePlan,
  maxInFlight: number,
  drainNs: number,
  more: Readonly<Record<string, string>>,
): readonly string[] {
  const flags = {
    name: plan.queryName,
    'interval-ms': plan.intervalNs / 1e6,
    'max-in-flight': maxInFlight,
    'drain-ms': Math.round(drainNs / 1e6),
    start: 'signal',
    ...(plan.resolver === 'wire'
      ? { server: plan.dnsConfig.nameservers[0] ?? '', 'timeout-ms': (plan.dnsConfig.timeoutS ?? 2) * 1000 }
      : {}),
    ...more,
  };
  return Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
}
