import pLimit from 'p-limit';
import type { Site } from '../config/site.ts';
import type { DnsConfig, Entry, SiteName } from '../journal/entry.ts';
import { createPod } from '../kube/create-pod.ts';
import { exec } from '../kube/exec.ts';
import type { Kube } from '../kube/kube.ts';
import { deletePod, type ObjectRef } from '../kube/objects.ts';
import { containerIdOf, hasEnded } from '../kube/pod-state.ts';
import { PodTracker } from '../kube/pod-tracker.ts';
import { roleLabel, runLabel } from '../kube/run-labels.ts';
import type { Pod } from '../kube/types.ts';
import { waitForRunning } from '../kube/wait-for-pod.ts';
import { nowNs } from '../time/now-ns.ts';
import { withDeadline } from '../time/with-deadline.ts';
import { carryCommand, NodeCarrier, type NodeCarrierOptions } from './node-carrier.ts';
import { parseResolvConf } from './parse-resolv-conf.ts';
import type { ProbeHello } from './probe-line.ts';
import type { ProbePlan } from './probe-plan.ts';
import { podName, probePod, type PodOptions } from './probe-pod.ts';
import { drillGivenUp, ProbeStream } from './probe-stream.ts';

export interface DeployOptions extends PodOptions {
  readonly kube: Kube;
  readonly plans: readonly ProbePlan[];
  /** Boot ID of the machine whose clock the journal uses. */
  readonly bootId: string;
  readonly readyDeadlineNs: number;
  /** The node agent that carries the lines of a site's probes; without it each log is followed by itself. */
  readonly agentPodOf?: (site: Site) => ObjectRef;
  readonly append: (entry: Entry) => void;
  readonly signal: AbortSignal;
}

/** Sends a signal to a probe's process. */
export type SignalProbe = (site: SiteName, containerId: string) => Promise<void>;

/** A probe that runs. */
export interface RunningProbe {
  readonly plan: ProbePlan;
  readonly containerId: string;
  readonly podIp: string;
  readonly pod: ObjectRef;
  readonly stream: ProbeStream;
}

/** All probes of a drill, each in its pod, each with its stream into the journal. */
export class Deployment implements AsyncDisposable {
  readonly probes: readonly RunningProbe[];
  readonly #options: DeployOptions;
  readonly #held: AsyncDisposableStack;
  readonly #cutStreams: AbortController;
  readonly #leftOut = new Set<string>();

  private constructor(
    options: DeployOptions,
    held: AsyncDisposableStack,
    cutStreams: AbortController,
    probes: readonly RunningProbe[],
  ) {
    this.#options = options;
    this.#held = held;
    this.#cutStreams = cutStreams;
    this.probes = probes;
  }

  /**
   * Creates the pods, a few at a time so that neither API server nor nodes are flooded; ready means that its first line was read. None looks up
   * before it is released: what the first ones ask would make the start of the last ones longer.
   */
  static async start(options: DeployOptions): Promise<Deployment> {
    const { kube, plans, probes, runId } = options;
    await using held = new AsyncDisposableStack();
    const labels = `${runLabel}=${runId},${roleLabel}=probe`;
    const tracker = held.use(new PodTracker(kube, { namespace: probes.namespace, labels }));
    const carriers = carriersOf(options, held);
    const ofPod = new Map(plans.map((plan) => [podName(plan.id), plan]));
    tracker.onChange((change) => {
      const plan =
        change.type === 'present' && hasEnded(change.pod) ? ofPod.get(change.pod.metadata?.name ?? '') : undefined;
      if (plan !== undefined) carriers.get(plan.site.name)?.podEnded(plan.id);
    });
    const cutStreams = new AbortController();
    const failed = new AbortController();
    const signal = AbortSignal.any([options.signal, failed.signal]);
    const limit = pLimit(probes.deployAtOnce);
    try {
      const running = await limit.map(plans, (plan) =>
        startProbe(
          { ...options, signal },
          { tracker, carrier: carriers.get(plan.site.name), plan, cut: cutStreams.signal },
        ),
      );
      return new Deployment(options, held.move(), cutStreams, running);
    } catch (error) {
      failed.abort(error);
      limit.clearQueue();
      cutStreams.abort(drillGivenUp);
      throw error;
    }
  }

  /**
   * Has probes (all, unless named) told to begin their lookups, or, when they have begun, to ask half as often, by `signal`: a SIGUSR2 by the node agent. Each
   * keeps to due times of its own, so that they don't ask all at once.
   */
  async signal(signal: SignalProbe, chosen?: ReadonlySet<string>): Promise<void> {
    const probes = this.probes.filter(({ plan }) => chosen?.has(plan.id) ?? true);
    await Promise.all(probes.map(({ plan, containerId }) => signal(plan.site.name, containerId)));
  }

  /** Has these probes told to stop, for good, and does not wait for them. */
  async leaveOut(terminate: SignalProbe, probes: ReadonlySet<string>): Promise<void> {
    for (const probe of probes) this.#leftOut.add(probe);
    await this.signal(terminate, probes);
  }

  /**
   * Has every probe told to stop by `terminate` (a SIGTERM by the node agent, which leaves the pod and its log) or, where that fails, by
   * deleting its pod, and waits for their last lines. A stream that has not ended after the drain and 15 s is cut, and says so.
   */
  async stop(terminate: SignalProbe, signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.probes.map(async ({ plan, containerId, pod }) => {
        if (this.#leftOut.has(plan.id)) return;
        try {
          await terminate(plan.site.name, containerId);
        } catch (error) {
          const message = `SIGTERM could not be sent, so the pod is deleted: ${error instanceof Error ? error.message : String(error)}`;
          this.#options.append({ type: 'trouble', atNs: nowNs(), what: 'agent', probe: plan.id, message });
          await deletePod(this.#options.kube, pod, Math.ceil(this.#options.drainNs / 1e9) + 5, signal);
        }
      }),
    );
    const all = Promise.all(this.probes.map(({ stream }) => stream.ended));
    try {
      await withDeadline(all, {
        deadlineNs: this.#options.drainNs + 15e9,
        what: () => 'the last lines of all probes',
        signal,
      });
    } catch {
      signal.throwIfAborted();
      this.#cutStreams.abort();
      await all;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cutStreams.abort(drillGivenUp);
    await Promise.all(this.probes.map(({ stream }) => stream.ended));
    await this.#held[Symbol.asyncDispose]();
  }
}

/** One for each site; a cut is told in the journal, and is no trouble: nothing is lost by it. */
function carriersOf(
  { kube, plans, agentPodOf, append, signal }: DeployOptions,
  held: AsyncDisposableStack,
): ReadonlyMap<SiteName, NodeCarrier> {
  if (agentPodOf === undefined) return new Map();
  const sites = new Map(plans.map(({ site }) => [site.name, site]));
  return new Map(
    [...sites].map(([name, site]) => {
      const onCut = (cause: string) => {
        const detail = { cause };
        append({ type: 'node', site: name, node: site.node, atNs: nowNs(), event: 'carrier-cut', detail });
      };
      return [name, held.use(carrierFor(kube, agentPodOf(site), { onCut, signal }))];
    }),
  );
}

function carrierFor(kube: Kube, agent: ObjectRef, options: Pick<NodeCarrierOptions, 'onCut' | 'signal'>): NodeCarrier {
  return new NodeCarrier({
    name: `pod ${agent.namespace}/${agent.name}`,
    open: (signal) => exec(kube, agent, 'agent', carryCommand, signal),
    ...options,
  });
}

interface Starting {
  readonly tracker: PodTracker;
  readonly carrier: NodeCarrier | undefined;
  readonly plan: ProbePlan;
  readonly cut: AbortSignal;
}

async function startProbe(options: DeployOptions, { tracker, carrier, plan, cut }: Starting): Promise<RunningProbe> {
  const { kube, append, signal } = options;
  const ref = { namespace: options.probes.namespace, name: podName(plan.id) };
  await createPod(kube, probePod(plan, options), signal);
  const pod = await waitForRunning(kube, tracker, ref, { deadlineNs: options.readyDeadlineNs, signal });
  const onHello = (hello: ProbeHello) => {
    append(probeEntry(plan, pod, ref, hello));
    if (hello.bootId !== options.bootId)
      append({
        type: 'trouble',
        atNs: nowNs(),
        what: 'probe',
        probe: plan.id,
        message: `its clock is another machine's (boot ID ${hello.bootId}), and the offset is not measured`,
      });
  };
  const carried =
    carrier === undefined ? {} : { carried: (end: AbortSignal) => carrier.linesOf(plan.id, logOf(pod), end) };
  const stream = new ProbeStream({ kube, probe: plan.id, pod: ref, append, onHello, ...carried, signal: cut });
  const what = () => `the first line of probe ${plan.id}, whose pod runs`;
  await withDeadline(stream.hello, { deadlineNs: options.readyDeadlineNs, what, signal });
  return { plan, containerId: containerIdOf(pod) ?? '', podIp: pod.status?.podIP ?? '', pod: ref, stream };
}

/** Where kubelet keeps what the one container of a pod printed: `DefaultPodLogsDir` of kubelet's types, `BuildContainerLogsDirectory` of kuberuntime/helpers.go. */
function logOf({ metadata, spec }: Pod): string {
  const of = `${metadata?.namespace ?? ''}_${metadata?.name ?? ''}_${metadata?.uid ?? ''}`;
  return `/var/log/pods/${of}/${spec?.containers[0]?.name ?? ''}/0.log`;
}

/** What kubelet wrote is known by now, so a stock pod's dnsConfig is that of its resolv.conf. */
function probeEntry(plan: ProbePlan, pod: Pod, ref: ObjectRef, hello: ProbeHello): Entry {
  const dnsConfig: DnsConfig = plan.dnsConfig.stock
    ? { ...plan.dnsConfig, ...parseResolvConf(hello.resolvConf) }
    : plan.dnsConfig;
  return {
    type: 'probe',
    probe: plan.id,
    site: plan.site.name,
    node: plan.site.node,
    dnsConfig,
    resolver: plan.resolver,
    resolverVersion: hello.version,
    rate: plan.rate,
    intervalNs: plan.intervalNs,
    queryName: plan.queryName,
    nameKind: plan.nameKind,
    pod: { ...ref, uid: pod.metadata?.uid ?? '', ip: pod.status?.podIP ?? '' },
  };
}
