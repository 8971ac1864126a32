import { openDrillCluster, type DrillCluster } from '../../../fixtures/drill-cluster.ts';
import { setClusterAccess } from '../../../fixtures/run-context.ts';
import { drillConfigSchema, type DrillConfig } from '../../../lib/config/drill-config.ts';
import { agentPodRef } from '../../../lib/fault/agent-pod.ts';
import type { Entry } from '../../../lib/journal/entry.ts';
import { observationsOf } from '../../../lib/journal/lookup-batch.ts';
import { ensureNamespace, sweep } from '../../../lib/kube/sweep.ts';
import { Deployment } from '../../../lib/probe/deployment.ts';
import { planProbes } from '../../../lib/probe/plan-probes.ts';
import type { ProbePlan } from '../../../lib/probe/probe-plan.ts';
import { readBootId } from '../../../lib/record/head-of-journal.ts';
import { NodeAgents } from '../../../lib/record/node-agents.ts';
import { nowNs } from '../../../lib/time/now-ns.ts';
import type { BootedCluster } from '../../support/booted-cluster.ts';

export interface ProbedOptions {
  readonly cluster: BootedCluster;
  readonly probes?: Partial<DrillConfig['probes']>;
  /** Of the default drill's plan. */
  readonly plans?: (all: readonly ProbePlan[]) => readonly ProbePlan[];
  /** By the node agents; else each log is followed by itself. */
  readonly carried: boolean;
  /** For the probe programs. */
  readonly flags: Readonly<Record<string, string>>;
  readonly append: (entry: Entry) => void;
}

/** The default drill's agents, captures and probes on a cluster, as a drill has them between its faults. */
export class ProbedCluster implements AsyncDisposable {
  readonly plans: readonly ProbePlan[];
  readonly #drill: DrillCluster;
  readonly #config: DrillConfig;
  readonly #agents: NodeAgents;
  readonly #deployment: Deployment;
  readonly #signal: AbortSignal;

  private constructor(
    drill: DrillCluster,
    config: DrillConfig,
    agents: NodeAgents,
    deployment: Deployment,
    signal: AbortSignal,
  ) {
    this.#drill = drill;
    this.#config = config;
    this.#agents = agents;
    this.#deployment = deployment;
    this.#signal = signal;
    this.plans = deployment.probes.map(({ plan }) => plan);
  }

  /** Probes are released when all of them run. */
  static async start({
    cluster,
    probes,
    plans = (all) => all,
    carried,
    flags,
    append,
  }: ProbedOptions): Promise<ProbedCluster> {
    const { kubeconfigPath, context } = cluster;
    const config = drillConfigSchema.parse({
      cluster: { provider: 'existing', existing: { kubeconfig: kubeconfigPath, context } },
      allowContexts: [context],
      ...(probes === undefined ? {} : { probes }),
    });
    setClusterAccess({ kind: 'existing', kubeconfigPath, context, siteLabel: cluster.siteLabel });
    const signal = AbortSignal.timeout(600_000);
    const drill = await openDrillCluster(config, signal);
    const { kube, facts, sites } = drill;
    const bootId = await readBootId();
    const run = { kube, runId: 'bench', config, bootId, append, signal };
    await sweep(kube, config.probes.namespace, signal);
    await ensureNamespace(kube, config.probes.namespace, run.runId, signal);
    const agents = await NodeAgents.start({ ...run, sites: sites.all });
    await agents.watch(({ name }) => (name === 'both' ? [facts.localIp, facts.kubeDnsIp] : [facts.localIp]));
    const deployment = await Deployment.start({
      ...run,
      plans: plans(planProbes({ sites: sites.all, dns: facts, settings: config.probes })),
      probes: config.probes,
      drainNs: 2e9,
      limitNs: 600e9,
      readyDeadlineNs: 300e9,
      ...(carried ? { agentPodOf: (site) => agentPodRef(site, config.probes.namespace) } : {}),
      flags,
    });
    const made = new ProbedCluster(drill, config, agents, deployment, signal);
    await agents.capture(
      deployment.probes.map(({ plan, containerId, podIp }) => ({
        site: plan.site,
        probe: plan.id,
        containerId,
        podIp,
      })),
    );
    await deployment.signal(made.#signalTo('SIGUSR2'));
    return made;
  }

  /** From now on every probe asks half as often. */
  async slowDown(): Promise<void> {
    await this.#deployment.signal(this.#signalTo('SIGUSR2'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#deployment.stop(this.#signalTo('SIGTERM'), this.#signal);
    await this.#deployment[Symbol.asyncDispose]();
    await this.#agents[Symbol.asyncDispose]();
    await sweep(this.#drill.kube, this.#config.probes.namespace, this.#signal);
  }

  #signalTo(name: 'SIGUSR2' | 'SIGTERM') {
    return async (site: Parameters<NodeAgents['of']>[0]['name'], containerId: string) => {
      await this.#agents.of({ name: site }).ask('signal', { containerId, signal: name }, { deadlineNs: 60e9 });
    };
  }
}

/** What arrives in a journal: how many lookups, how late each began, and how far the record is behind the probes. */
export class Arrivals {
  #latenessNs: number[] = [];
  #lagNs = 0;

  take(entry: Entry): void {
    const lookups = entry.type === 'lookups' ? observationsOf(entry) : entry.type === 'observation' ? [entry] : [];
    for (const { dueNs, startNs, endNs } of lookups) {
      this.#latenessNs.push(startNs - dueNs);
      this.#lagNs = Math.max(this.#lagNs, nowNs() - endNs);
    }
  }

  /** Since the last call. */
  read(): { readonly lookups: number; readonly p50Ns: number; readonly p99Ns: number; readonly lagNs: number } {
    const sorted = this.#latenessNs.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const read = { lookups: sorted.length, p50Ns: at(0.5), p99Ns: at(0.99), lagNs: this.#lagNs };
    this.#latenessNs = [];
    this.#lagNs = 0;
    return read;
  }
}
