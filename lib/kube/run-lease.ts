import { sleep } from '../time/sleep.ts';
import { InUse } from './in-use.ts';
import { isConflict, isNotFound } from './kube-error.ts';
import type { Kube } from './kube.ts';
import { createLease, deleteLease, readLease, replaceLease } from './leases.ts';
import { nameOfRun, parseRunHolder, type RunHolder } from './run-holder.ts';
import { runLabel } from './run-labels.ts';
import type { Lease } from './types.ts';
import { deadlineSignal } from '../time/deadline-signal.ts';

export interface RunLeaseOptions {
  /** Where node-cache lives: whatever else two runs are set to, that is what both would break. */
  readonly namespace: string;
  readonly holder: RunHolder;
  /** True when the holder's process is known to have ended; false also when that can't be known from here. */
  readonly hasEnded: (holder: RunHolder) => Promise<boolean>;
  /** Called once when another run has taken the cluster, as this one could not renew in time: it must stop. */
  readonly onLost: (reason: string) => void;
  readonly signal: AbortSignal;
  /** How long it lasts without renewal; clocks of two runners may differ by almost as much. Whole seconds. */
  readonly lastsNs?: number;
  readonly renewEveryNs?: number;
}

export const leaseName = 'nodelocal-drill';
const holderAnnotation = 'nodelocal-drill.dev/holder';

/**
 * Has a Kubernetes cluster to itself until disposed of, by a Lease (coordination.k8s.io): a second run would delete the pods of the
 * first, and break what the first measures. One that has expired, or whose run has ended on this machine, is taken over.
 * @throws InUse when another run has the cluster; nothing was changed then
 */
export async function takeRunLease(kube: Kube, options: RunLeaseOptions): Promise<AsyncDisposable> {
  const taken = await take(kube, options);
  const over = new AbortController();
  const renewing = keepRenewed(kube, taken, options, over.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      over.abort();
      const last = await renewing;
      if (last !== null) await release(kube, last);
    },
  };
}

async function take(kube: Kube, options: RunLeaseOptions): Promise<Lease> {
  const { namespace, signal } = options;
  for (;;) {
    try {
      const found = await readLease(kube, { namespace, name: leaseName }, signal);
      if (found === null) return await createLease(kube, leaseOf(options, {}), signal);
      await refuseIfHeld(found, options);
      return await replaceLease(kube, leaseOf(options, found), signal);
    } catch (error) {
      // Somebody was quicker: it is read again, and names that run.
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
  }
}

async function refuseIfHeld(lease: Lease, { namespace, hasEnded }: RunLeaseOptions): Promise<void> {
  const { holderIdentity, renewTime, leaseDurationSeconds = 0 } = lease.spec ?? {};
  if (holderIdentity === undefined || holderIdentity === '') return;
  const holder = parseRunHolder(lease.metadata?.annotations?.[holderAnnotation]);
  const expires = new Date(new Date(renewTime ?? 0).getTime() + leaseDurationSeconds * 1000);
  if (expires < new Date() || (holder !== null && (await hasEnded(holder)))) return;
  throw new InUse(
    `${holder === null ? holderIdentity : nameOfRun(holder)}, has this cluster to itself (Lease ${namespace}/${leaseName}); wait for its end. If it was killed on another machine, its Lease expires at ${expires.toISOString().slice(11, 19)} UTC`,
  );
}

function leaseOf({ namespace, holder, lastsNs = 60e9 }: RunLeaseOptions, before: Lease): Lease {
  const now = microTime();
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...before.metadata,
      name: leaseName,
      namespace,
      labels: { [runLabel]: holder.runId },
      annotations: { [holderAnnotation]: JSON.stringify(holder) },
    },
    spec: {
      holderIdentity: `${holder.runId} ${holder.host} ${holder.pid}`,
      leaseDurationSeconds: Math.max(1, Math.round(lastsNs / 1e9)),
      acquireTime: now,
      renewTime: now,
      leaseTransitions: (before.spec?.leaseTransitions ?? -1) + 1,
    },
  };
}

/** Gives the Lease as it was last written when over; null when it is lost. An API server that is away is asked again. */
async function keepRenewed(
  kube: Kube,
  taken: Lease,
  { namespace, onLost, renewEveryNs = 10e9 }: RunLeaseOptions,
  over: AbortSignal,
): Promise<Lease | null> {
  let last = taken;
  while (!over.aborted) {
    try {
      await sleep(renewEveryNs, over);
      last = await renewed(kube, last, { namespace, name: leaseName }, requestSignal(renewEveryNs));
    } catch (error) {
      if (!(error instanceof InUse)) continue;
      onLost(error.message);
      return null;
    }
  }
  return last;
}

/** Once more with what is there when the last write got through though its answer did not. */
async function renewed(
  kube: Kube,
  last: Lease,
  ref: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<Lease> {
  const renew = (lease: Lease) =>
    replaceLease(kube, { ...lease, spec: { ...lease.spec, renewTime: microTime() } }, signal);
  try {
    return await renew(last);
  } catch (error) {
    if (!isConflict(error) && !isNotFound(error)) throw error;
  }
  const found = await readLease(kube, ref, signal);
  if (found !== null && found.metadata?.uid === last.metadata?.uid && isSameHolder(found, last))
    return await renew(found);
  const holder = parseRunHolder(found?.metadata?.annotations?.[holderAnnotation]);
  const now = holder === null ? 'nobody has it now' : `${nameOfRun(holder)}, has it now`;
  throw new InUse(`the Lease ${ref.namespace}/${ref.name} on the cluster was lost: ${now}`);
}

function isSameHolder(one: Lease, other: Lease): boolean {
  return one.metadata?.annotations?.[holderAnnotation] === other.metadata?.annotations?.[holderAnnotation];
}

/** What can't be given back expires. */
async function release(kube: Kube, last: Lease): Promise<void> {
  await deleteLease(kube, last, requestSignal(5e9)).catch(() => undefined);
}

function requestSignal(limitNs: number): AbortSignal {
  return deadlineSignal(limitNs, `the API server did not answer about the run's Lease within ${limitNs / 1e9} s`);
}

/** As the API's MicroTime wants it: six digits. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
