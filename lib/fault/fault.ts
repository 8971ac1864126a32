import type { Entry } from '../journal/entry.ts';
import type { Kube } from '../kube/kube.ts';
import type { PodTracker } from '../kube/pod-tracker.ts';
import type { Site } from '../config/site.ts';
import type { AgentSession } from './agent-session.ts';

/** What a fault acts on: the sites under test, each with its node agent, and node-cache's pods. */
export interface FaultTarget {
  readonly kube: Kube;
  readonly sites: readonly Site[];
  readonly agentOf: (site: Site) => AgentSession;
  /** node-cache's pods, kept up to date. */
  readonly nodeCache: PodTracker;
  readonly nodeCacheNamespace: string;
  readonly append: (entry: Entry) => void;
  /** For the evidence of one injection. */
  readonly confirmDeadlineNs: number;
}

/**
 * Something that breaks node-local-dns on all sites under test at once. The recorder registers `revert` before it calls `inject`, so
 * `revert` is called even if `inject` failed half-way, and may be called twice.
 */
export interface Fault {
  readonly kind: string;
  /** Why it can't be injected here; null when it can. */
  unavailable(target: FaultTarget): Promise<string | null>;
  /** `number` counts the drill's injections from 1. */
  inject(target: FaultTarget, number: number, signal: AbortSignal): Promise<Injection>;
  revert(target: FaultTarget, signal: AbortSignal): Promise<void>;
}

export interface Injection {
  /** When the first site was hit, in ns. */
  readonly atNs: number;
  /**
   * Gathers the evidence that it was in force, appends it to the journal, and settles when node-cache is back on every site or the deadline
   * has passed: never rejects for lack of evidence, as that is a result.
   */
  confirm(signal: AbortSignal): Promise<void>;
}
