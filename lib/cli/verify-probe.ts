import { refuseMissingRights } from '../cluster/refuse-missing-rights.ts';
import { askTwiceRights } from '../cluster/drill-rights.ts';
import { mayBeAsked, type ContextRef } from '../cluster/reach-to-ask.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { loadConfig } from '../config/load-config.ts';
import { newRunId } from '../config/run-id.ts';
import { scopeOf } from '../config/scope.ts';
import type { Kube } from '../kube/kube.ts';
import { listPods } from '../kube/objects.ts';
import { runLabel } from '../kube/run-labels.ts';
import type { ClusterSnapshot } from '../kube/snapshot.ts';
import { askTwiceOnNodes } from '../record/ask-twice.ts';
import { askTwiceOutline } from '../record/ask-twice-outline.ts';
import { viewCluster, type ViewOptions } from '../verify/cluster-view.ts';
import { planAsking } from '../verify/probe/plan-asking.ts';
import type { Probing } from '../verify/probe/probed.ts';
import { askFirst, type AskOptions } from './ask-first.ts';
import type { Interrupts } from './interrupts.ts';
import { isYes } from './run-mode.ts';
import { UsageError } from './usage-error.ts';
import { deadlineSignal } from '../time/deadline-signal.ts';

/** A cluster on which `verify --probe` may create pods. */
export interface ProbeTarget extends ContextRef {
  readonly config: DrillConfig;
  readonly kind: ReturnType<typeof mayBeAsked>;
  /** Nobody has to be asked: it is the project's own, or it was agreed to. */
  readonly agreed: boolean;
}

/**
 * Refuses before anything is sent: a context that may not be harmed, a question that nobody can answer.
 * @throws ContextRefused, UsageError
 */
export async function probeTarget(
  ref: ContextRef,
  { yes, input }: Pick<AskOptions, 'input'> & { readonly yes: boolean },
): Promise<ProbeTarget> {
  const config = await loadConfig();
  const kind = mayBeAsked(ref, config);
  const agreed = kind !== 'existing' || yes || isYes();
  if (!agreed && input.isTTY !== true) throw new UsageError(withoutTerminal(ref));
  return { ...ref, config, kind, agreed };
}

export interface ProbeOptions extends AskOptions {
  readonly view: ViewOptions;
  /** Null: one for each DaemonSet of node-cache. */
  readonly mostNodes: number | null;
  readonly command: string;
  readonly interrupts: Interrupts;
}

/** Says what it will create, asks whether it may, has the pods ask, and removes them. */
export async function probe(
  kube: Kube,
  snapshot: ClusterSnapshot,
  target: ProbeTarget,
  options: ProbeOptions,
): Promise<Probing> {
  const { config, context } = target;
  const { signal, output, interrupts } = options;
  const { namespace, image } = config.probes;
  const leaseNamespace = config.nodeLocal.namespace;
  const { nodeSelector } = scopeOf(target.kind, config);
  const plans = planAsking(viewCluster(snapshot, options.view), {
    namespace,
    nodeSelector,
    mostNodes: options.mostNodes,
  });
  if (plans.length === 0) return { namespace, nodes: [] };
  const where = `context "${context}" (${kube.config.getCurrentCluster()?.server ?? 'no address'})`;
  const outline = askTwiceOutline(plans, { where, namespace, image, leaseNamespace });
  if (target.agreed) for (const line of outline) output.write(`${line}\n`);
  else
    await askFirst(() => Promise.resolve(outline), 'Create it? [y/N] ', {
      ...options,
      withoutTerminal: withoutTerminal(target),
    });
  const namespaces = { nodeCache: leaseNamespace, probes: namespace };
  await refuseMissingRights(kube, namespaces, signal, askTwiceRights(namespaces));
  const run = { runId: newRunId(), command: options.command };
  interrupts.holding = {
    onFirst: 'removing the pods; once more leaves at once',
    onLeaving: `left at once: the pods in namespace ${namespace} end by themselves within minutes, and the next run sweeps them`,
    aftermath: () => whatIsLeft(kube, namespace, run.runId),
  };
  const nodes = await askTwiceOnNodes({
    kube,
    run,
    plans,
    leaseNamespace,
    namespace,
    image,
    deadlineNs: config.timing.podsReady + askingNs,
    undoNs: config.timing.undo,
    signal,
  });
  for (const line of await whatIsLeft(kube, namespace, run.runId)) output.write(`${line}\n`);
  interrupts.holding = null;
  return { namespace, nodes };
}

/** Three rounds at two silent servers, whose queries each wait for 2 s, and counters that each take 3 s to fail. */
const askingNs = 60e9;

async function whatIsLeft(kube: Kube, namespace: string, runId: string): Promise<readonly string[]> {
  const { items } = await listPods(
    kube,
    { namespace, labels: `${runLabel}=${runId}` },
    deadlineSignal(
      5e9,
      `the API server did not tell within 5 s which pods are left in namespace ${namespace}: look there`,
    ),
  );
  return items.length === 0
    ? [`the pods in namespace ${namespace} are gone`]
    : items.map(({ metadata }) => `pod ${namespace}/${metadata?.name ?? ''} is left: delete it`);
}

function withoutTerminal({ context }: ContextRef): string {
  return `context "${context}" is somebody's cluster, and nobody can be asked whether pods may be created there, as this is no terminal: give --yes (NODELOCAL_DRILL_YES=1). Nothing was sent to it`;
}
