import { isBeingDeleted, isReady } from './pod-state.ts';
import type { Pod, PodSpec } from './types.ts';

/** What is kept of a pod when all pods of a cluster are looked at. */
export interface PodGlance {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whose pod it is, as it says itself (a ReplicaSet, not its Deployment); null: nobody's. */
  readonly controller: { readonly kind: string; readonly name: string } | null;
  /** Null until it is scheduled. */
  readonly node: string | null;
  /** Null until it has one. */
  readonly ip: string | null;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly hostNetwork: boolean;
  readonly dnsPolicy: string;
  readonly dnsConfig: NonNullable<PodSpec['dnsConfig']>;
  readonly phase: string;
  readonly leaving: boolean;
  readonly ready: boolean;
  readonly restarts: number;
  /** Why its first container ended last, such as OOMKilled; null: it never did. */
  readonly lastEnd: string | null;
}

export function glanceAtPod(pod: Pod): PodGlance {
  const { metadata, spec, status } = pod;
  const controller = metadata?.ownerReferences?.find((owner) => owner.controller === true);
  const container = status?.containerStatuses?.[0];
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    labels: metadata?.labels ?? {},
    controller: controller === undefined ? null : { kind: controller.kind, name: controller.name },
    node: spec?.nodeName ?? null,
    ip: status?.podIP ?? null,
    nodeSelector: spec?.nodeSelector ?? {},
    hostNetwork: spec?.hostNetwork ?? false,
    dnsPolicy: spec?.dnsPolicy ?? 'ClusterFirst',
    dnsConfig: spec?.dnsConfig ?? {},
    phase: status?.phase ?? 'Unknown',
    leaving: isBeingDeleted(pod),
    ready: isReady(pod),
    restarts: container?.restartCount ?? 0,
    lastEnd: (container?.lastState?.terminated ?? container?.state?.terminated)?.reason ?? null,
  };
}
