import type { Pod } from './types.ts';

/** ID of the pod's only, or first, container as the runtime knows it, without `containerd://`; null before there is one. */
export function containerIdOf(pod: Pod): string | null {
  const id = pod.status?.containerStatuses?.[0]?.containerID;
  return id === undefined || id === '' ? null : id.replace(/^[a-z-]+:\/\//, '');
}

export function isRunning(pod: Pod): boolean {
  return pod.status?.containerStatuses?.[0]?.state?.running !== undefined;
}

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

export function isBeingDeleted(pod: Pod): boolean {
  return pod.metadata?.deletionTimestamp !== undefined;
}

/** Its containers have ended for good, by success or failure. */
export function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Why a pod does not run, in the cluster's own words; null when it does, or when nothing is said yet. */
export function whyNotRunning(pod: Pod): string | null {
  const status = pod.status?.containerStatuses?.[0]?.state;
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status: value }) => type === 'PodScheduled' && value === 'False',
  );
  const told = status?.waiting ?? status?.terminated ?? unscheduled;
  if (told === undefined)
    return pod.status?.phase === 'Failed' ? (pod.status.message ?? pod.status.reason ?? 'Failed') : null;
  const code = status?.terminated === undefined ? '' : ` (exit code ${status.terminated.exitCode})`;
  return `${told.reason ?? 'unknown'}${code}${told.message === undefined ? '' : `: ${told.message}`}`;
}

/** True when waiting longer is of no use: the image is not there, or its name is wrong. */
export function cannotStart(pod: Pod): boolean {
  const reason = pod.status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '';
  return hopeless.has(reason) || pod.status?.phase === 'Failed';
}

const hopeless = new Set([
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);
