import type { PodGlance } from '../kube/pod-glance.ts';
import type { ObjectName } from './object-name.ts';

/**
 * Whose pod it is, as its people call it: the Deployment and not its ReplicaSet, the CronJob and not its Job. Told from names and labels
 * alone, so that no further list must be read.
 */
export function ownerOf({ namespace, name, controller, labels }: PodGlance): ObjectName {
  if (controller === null) return { kind: 'Pod', namespace, name };
  const deployment = withoutSuffix(controller.name, labels['pod-template-hash']);
  if (controller.kind === 'ReplicaSet' && deployment !== null)
    return { kind: 'Deployment', namespace, name: deployment };
  const rollout = withoutSuffix(controller.name, labels['rollouts-pod-template-hash']);
  if (controller.kind === 'ReplicaSet' && rollout !== null) return { kind: 'Rollout', namespace, name: rollout };
  const cronJob = /^(.+)-(\d{8})$/.exec(controller.name);
  if (controller.kind === 'Job' && cronJob !== null && Number(cronJob[2]) > unixMinutesOf2021)
    return { kind: 'CronJob', namespace, name: cronJob[1] ?? controller.name };
  return { kind: controller.kind, namespace, name: controller.name };
}

/** The CronJob controller names a Job after its scheduled time in Unix minutes (pkg/controller/cronjob, getJobName). */
const unixMinutesOf2021 = 26_800_000;

/** A Deployment's ReplicaSet is `<deployment>-<pod-template-hash>` (pkg/controller/deployment/sync.go). */
function withoutSuffix(name: string, hash: string | undefined): string | null {
  return hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : null;
}
