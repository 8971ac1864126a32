import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DrillConfig } from '../config/drill-config.ts';
import { isUnderTest, type Site } from '../config/site.ts';
import { agentPodRef } from '../fault/agent-pod.ts';
import { freshNodeCache, nodeCacheReady } from '../fault/fresh-node-cache.ts';
import type { FaultTarget } from '../fault/fault.ts';
import { UndoStack } from '../fault/undo-stack.ts';
import type { ClusterFacts, Entry, PhaseMark, SiteName } from '../journal/entry.ts';
import { JournalWriter } from '../journal/journal-writer.ts';
import type { Kube } from '../kube/kube.ts';
import { listPods } from '../kube/objects.ts';
import { PodTracker } from '../kube/pod-tracker.ts';
import { ensureNamespace, sweep } from '../kube/sweep.ts';
import { Deployment } from '../probe/deployment.ts';
import type { ProbePlan } from '../probe/probe-plan.ts';
import { nowNs } from '../time/now-ns.ts';
import { deadlineSignal } from '../time/deadline-signal.ts';
import { sleep } from '../time/sleep.ts';
import { AbortWatch } from './abort/abort-watch.ts';
import { fitToMachine, type FitOptions } from './fit/fit-to-machine.ts';
import { ladderOf } from './fit/ladder.ts';
import { headOfJournal, readBootId } from './head-of-journal.ts';
import { lagWatch } from './lag-watch.ts';
import { NodeAgents } from './node-agents.ts';
import { watchNodeCache } from './node-cache-watch.ts';
import { runSteps } from './run-steps.ts';
import type { Step } from './steps.ts';
import { Unavailable } from './unavailable.ts';

export interface RecordOptions {
  readonly kube: Kube;
  readonly config: DrillConfig;
  readonly facts: ClusterFacts;
  readonly sites: readonly Site[];
  readonly probes: readonly ProbePlan[];
  /** Names of probes that the hypothesis can't do without; without it all of them are. */
  readonly needed?: ReadonlySet<string>;
  readonly steps: readonly Step[];
  /** As data, so that the journal can be judged without its experiment. */
  readonly hypothesis: unknown;
  readonly runId: string;
  readonly experiment: string;
  readonly title: string;
  /** `results/<run-id>/<experiment>`; it is made, and must not hold a journal. */
  readonly dir: string;
  /** Called when the drill is over or has broken, before anything is put back: what is there then is gone after. Must not throw. */
  readonly beforeUndo?: () => Promise<void>;
  /** Ends the drill early: what was injected is undone all the same. */
  readonly signal: AbortSignal;
}

/**
 * Runs one drill from known good to known good, and leaves everything that was seen in a journal, written as it happens.
 * @returns the journal's path
 * @throws Unavailable when a fault can't be injected here, before anything is created
 */
export async function record(options: RecordOptions): Promise<string> {
  await refuseWithoutNodeCache(options);
  await mkdir(options.dir, { recursive: true });
  using journal = new JournalWriter(join(options.dir, 'journal.ndjson'));
  const undo = new UndoStack(options.config.timing.undo);
  const watch = new AbortWatch(options.kube, options.config.abortWhen);
  undo.register('ending the watch of what must stay good', async () => watch[Symbol.asyncDispose]());
  const stopped = AbortSignal.any([options.signal, watch.signal]);
  let doing = 'starting';
  const limitNs = options.config.timing.drill;
  const limit = deadlineSignal(
    limitNs,
    () =>
      `the drill was not done after ${limitNs / 1e9} s (timing.drill); at last it was ${doing}. Less other work on the machine, fewer probes, or a longer timing.drill would help`,
  );
  const signal = AbortSignal.any([stopped, limit]);
  const listeners = new Set<(entry: Entry) => void>();
  const append = (entry: Entry) => {
    if (entry.type === 'doing') doing = entry.what;
    journal.append(entry);
    watch.observe(entry);
    for (const listener of listeners) listener(entry);
  };
  listeners.add(lagWatch(append, nowNs));
  const observe: FitOptions['observe'] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  let failure: { readonly error: unknown } | null = null;
  try {
    await drill({ ...options, signal, watch, observe }, undo, append);
  } catch (error) {
    failure = { error };
    // Whoever was waiting for something may have thrown its own words for the end of its wait.
    const said: unknown = watch.signal.aborted ? watch.signal.reason : error;
    const message = said instanceof Error ? said.message : String(said);
    append({
      type: 'trouble',
      atNs: nowNs(),
      what: signal.aborted ? 'aborted' : 'cluster',
      probe: null,
      message,
    });
  }
  append({ type: 'doing', atNs: nowNs(), what: 'putting everything back', atMostNs: null });
  // Who is asked to stop puts things back at once.
  if (!stopped.aborted) await options.beforeUndo?.();
  try {
    await (options.signal.aborted ? undo.run(options.config.timing.undo) : undo.run());
  } catch (error) {
    append({
      type: 'trouble',
      atNs: nowNs(),
      what: 'cluster',
      probe: null,
      message: `left behind: ${error instanceof Error ? error.message : String(error)}`,
    });
    failure ??= { error };
  }
  append({ type: 'phase', atNs: nowNs(), phase: 'end', fault: null });
  if (failure !== null) throw failure.error;
  return journal.path;
}

interface Drilling extends RecordOptions {
  readonly watch: AbortWatch;
  readonly observe: FitOptions['observe'];
}

/** The drill itself; whatever it has to give back is on the undo stack before it is taken. */
async function drill(options: Drilling, undo: UndoStack, append: (entry: Entry) => void): Promise<void> {
  const { kube, config, facts, sites, probes, runId, signal } = options;
  const { timing, nodeLocal } = config;
  const underTest = sites.filter(isUnderTest);
  const bootId = await readBootId();
  append(await headOfJournal({ runId, experiment: options.experiment, title: options.title, bootId, cluster: facts }));
  append({ type: 'hypothesis', hypothesis: options.hypothesis });

  const doing = (what: string, atMostNs: number | null) => {
    append({ type: 'doing', atNs: nowNs(), what, atMostNs });
  };

  doing('asking the API server for the pods of node-cache', 30e9);
  const nodeCache = new PodTracker(kube, { namespace: nodeLocal.namespace, labels: nodeLocal.selector });
  undo.register('ending the watch of node-cache', async () => nodeCache[Symbol.asyncDispose]());
  await nodeCache.listed(signal);
  const agentOf: FaultTarget['agentOf'] = (site) => agents.of(site);
  const target: FaultTarget = {
    kube,
    sites: underTest,
    agentOf,
    nodeCache,
    nodeCacheNamespace: nodeLocal.namespace,
    append,
    confirmDeadlineNs: timing.confirm,
  };
  await refuseUnavailable(options.steps, target);
  await options.watch.begin(signal);

  doing(`removing what an earlier run left in namespace ${config.probes.namespace}`, null);
  undo.register('deleting the pods of this run', async (undoSignal) => {
    await sweep(kube, config.probes.namespace, undoSignal);
  });
  await sweep(kube, config.probes.namespace, signal);
  await ensureNamespace(kube, config.probes.namespace, runId, signal);
  undo.register('waiting for node-cache', async (undoSignal) => {
    await nodeCacheReady(target, { deadlineNs: timing.undo, signal: undoSignal });
  });
  doing(
    'having node-cache made anew on the nodes under test, so that no earlier crash makes it wait',
    timing.podsReady,
  );
  await freshNodeCache(target, { when: 'always', deadlineNs: timing.podsReady, signal });
  const stopWatching = watchNodeCache(nodeCache, underTest, append);
  undo.register('ending the notes on node-cache', () => {
    stopWatching();
    return Promise.resolve();
  });

  doing(`starting a node agent on ${sites.map(({ node }) => node).join(', ')}`, timing.podsReady);
  const agents = await NodeAgents.start({ kube, runId, sites, config, bootId, append, signal });
  undo.register('ending the node agents', async () => agents[Symbol.asyncDispose]());
  await agents.watch(({ name }) => (name === 'both' ? [facts.localIp, facts.kubeDnsIp] : [facts.localIp]));

  doing(`starting ${probes.length} probe pods, each until its first line has come`, timing.podsReady);
  const deployment = await Deployment.start({
    kube,
    plans: probes,
    runId,
    probes: config.probes,
    drainNs: timing.drain,
    limitNs: timing.drill + timing.podsReady,
    bootId,
    readyDeadlineNs: timing.podsReady,
    agentPodOf: (site) => agentPodRef(site, config.probes.namespace),
    append,
    signal,
  });
  undo.register('ending the streams of the probes', async () => deployment[Symbol.asyncDispose]());
  const mark = (phase: PhaseMark['phase']) => {
    append({ type: 'phase', atNs: nowNs(), phase, fault: null });
  };
  mark('warm-up');
  doing('opening the capture of packets in the probe pods', 30e9);
  if (config.evidence.capture)
    await agents.capture(
      deployment.probes.map(({ plan, containerId, podIp }) => ({
        site: plan.site,
        probe: plan.id,
        containerId,
        podIp,
      })),
    );
  const signalProbe = (name: 'SIGUSR2' | 'SIGTERM') => (site: SiteName, containerId: string) =>
    agents
      .of({ name: site })
      .ask('signal', { containerId, signal: name })
      .then(() => undefined);
  doing('having the probes begin', 15e9);
  await deployment.signal(signalProbe('SIGUSR2'));
  doing('warming up, and seeing whether the machine can do all of it', null);
  await warmUp(options, {
    leaveOut: (chosen) => deployment.leaveOut(signalProbe('SIGTERM'), chosen),
    slowDown: (chosen) => deployment.signal(signalProbe('SIGUSR2'), chosen),
    append,
  });
  // Only now: node-cache writes its rules up to a second after it answers.
  doing("reading the nodes' counters", 15e9);
  await agents.count('before');
  doing('carrying out the plan', null);
  await runSteps({ steps: options.steps, target, undo, signal });
  mark('draining');
  doing('stopping the probes, and waiting for lookups under way and for their last lines', timing.drain + 15e9);
  await deployment.stop(signalProbe('SIGTERM'), signal);
  doing("reading the nodes' counters, and what was captured", 60e9);
  await agents.count('after');
  if (config.evidence.capture) await agents.collectCaptures();
}

/** Until pods that start make no probe late any more; and, where the machine can't do all of it, until less is asked. */
async function warmUp(
  { config, probes, needed, observe, signal }: Drilling,
  acts: Pick<FitOptions, 'leaveOut' | 'slowDown' | 'append'>,
): Promise<void> {
  const { timing, evidence } = config;
  if (config.probes.fit === 'fixed') {
    await sleep(timing.warmUp, signal);
    return;
  }
  const ladder = ladderOf({
    plans: probes,
    needed: needed ?? new Set(probes.map(({ id }) => id)),
    lookupsInWindow: evidence.lookupsInWindow,
    windowNs: Math.min(timing.recovery, timing.quietDrill),
  });
  const { latenessIntervals } = evidence;
  await fitToMachine({ plans: probes, ladder, latenessIntervals, warmUpNs: timing.warmUp, observe, ...acts, signal });
}

/** Before there is a journal: where nothing can be broken nothing is recorded. */
async function refuseWithoutNodeCache({ kube, config, signal }: RecordOptions): Promise<void> {
  const { namespace, selector } = config.nodeLocal;
  const { items } = await listPods(kube, { namespace, labels: selector }, signal);
  if (items.length === 0)
    throw new Unavailable(
      `there is no NodeLocal DNSCache to break: no pod in namespace ${namespace} has the labels ${selector}. Deploy it, or name its namespace and labels in nodeLocal.namespace and nodeLocal.selector; \`npx nodelocal-drill verify\` shows what there is`,
    );
}

async function refuseUnavailable(steps: readonly Step[], target: FaultTarget): Promise<void> {
  for (const step of steps) {
    if (step.kind !== 'inject') continue;
    const reason = await step.fault.unavailable(target);
    if (reason !== null) throw new Unavailable(`${step.fault.kind} can't be injected here: ${reason}`);
  }
}
