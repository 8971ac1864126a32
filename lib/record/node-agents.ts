import type { DrillConfig } from '../config/drill-config.ts';
import { isUnderTest, type Site } from '../config/site.ts';
import { flatDetail } from '../fault/agent-message.ts';
import { agentGraceNs, agentPod } from '../fault/agent-pod.ts';
import { AgentSession } from '../fault/agent-session.ts';
import type { Entry } from '../journal/entry.ts';
import { createPod } from '../kube/create-pod.ts';
import { exec } from '../kube/exec.ts';
import type { Kube } from '../kube/kube.ts';
import { PodTracker } from '../kube/pod-tracker.ts';
import { roleLabel, runLabel } from '../kube/run-labels.ts';
import { waitForRunning } from '../kube/wait-for-pod.ts';
import { nowNs } from '../time/now-ns.ts';

export interface NodeAgentsOptions {
  readonly kube: Kube;
  readonly runId: string;
  readonly sites: readonly Site[];
  readonly config: DrillConfig;
  readonly bootId: string;
  readonly append: (entry: Entry) => void;
  readonly signal: AbortSignal;
}

/**
 * How often the agent looks at ports and processes: the error of `port-bound` and `seenNs`. Ends of processes are exact anyway.
 */
const watchEveryMs = 20;

/** How often each agent says how hard its node is pressed: the warm-up is judged in windows of four seconds. */
const pressureEveryMs = 2000;

/** Longer than a drill by what its pods take to come up and its undos to end. */
export function podLimitNs({ timing }: DrillConfig): number {
  return timing.drill + timing.podsReady + 2 * timing.undo;
}

/** A node agent on every site, whose events go into the journal. */
export class NodeAgents implements AsyncDisposable {
  readonly #sessions: ReadonlyMap<string, AgentSession>;
  readonly #options: NodeAgentsOptions;

  private constructor(options: NodeAgentsOptions, sessions: readonly AgentSession[]) {
    this.#options = options;
    this.#sessions = new Map(sessions.map((session) => [session.site.name, session]));
  }

  static async start(options: NodeAgentsOptions): Promise<NodeAgents> {
    const { kube, runId, sites, config, signal } = options;
    const { namespace, image } = config.probes;
    await using tracker = new PodTracker(kube, { namespace, labels: `${runLabel}=${runId},${roleLabel}=agent` });
    const started = await Promise.allSettled(
      sites.map(async (site) => {
        const { drill: drillNs } = config.timing;
        const pod = agentPod(site, { runId, namespace, image, limitNs: podLimitNs(config), drillNs });
        await createPod(kube, pod, signal);
        const ref = { namespace, name: pod.metadata?.name ?? '' };
        await waitForRunning(kube, tracker, ref, { deadlineNs: config.timing.podsReady, signal });
        return openSession(options, site, ref);
      }),
    );
    const agents = new NodeAgents(
      options,
      started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
    );
    const failed = started.find((each) => each.status === 'rejected');
    if (failed === undefined) return agents;
    await agents[Symbol.asyncDispose]();
    throw failed.reason;
  }

  of({ name }: Pick<Site, 'name'>): AgentSession {
    const session = this.#sessions.get(name);
    if (session === undefined) throw new Error(`site ${name} has no node agent`);
    return session;
  }

  /** From now on node-cache's process, ports and link on the sites under test are in the journal as they change. */
  async watch(addresses: (site: Site) => readonly string[]): Promise<void> {
    const { link, comm } = this.#options.config.nodeLocal;
    const watched = this.#options.sites.filter(isUnderTest);
    await Promise.all(
      watched.map((site) =>
        this.of(site).ask('watch', { localIps: addresses(site), link, comm, everyMs: watchEveryMs }),
      ),
    );
  }

  /** The node's ICMP and UDP counters, load and iptables rules of node-cache; `when` is `before` or `after`. */
  async count(when: 'before' | 'after'): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.#countOn(session, when)));
  }

  async capture(
    probes: readonly {
      readonly site: Site;
      readonly probe: string;
      readonly containerId: string;
      readonly podIp: string;
    }[],
  ): Promise<void> {
    await this.#onEach(async (session) => {
      const own = probes.filter(({ site }) => site.name === session.site.name);
      await session.ask(
        'capture',
        { probes: own.map(({ probe, containerId, podIp }) => ({ probe, containerId, podIp })) },
        { deadlineNs: 30e9 },
      );
    }, 'capture');
  }

  /** Writes the captured responses into the journal, as far as nothing was dropped. */
  async collectCaptures(): Promise<void> {
    await this.#onEach(async (session) => {
      const { dropped } = await session.ask('captured', {}, { deadlineNs: 60e9 });
      if (typeof dropped === 'number' && dropped > 0)
        this.#trouble('capture', `${dropped} responses were dropped by the capture on ${session.site.node}`);
    }, 'capture');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session[Symbol.asyncDispose]()));
  }

  async #countOn(session: AgentSession, when: string): Promise<void> {
    const { site } = session;
    const say = (event: string, atNs: number, detail: Readonly<Record<string, unknown>>) => {
      this.#options.append({
        type: 'node',
        site: site.name,
        node: site.node,
        atNs,
        event,
        detail: { when, ...flatDetail(detail) },
      });
    };
    try {
      const { icmpRatelimit, icmpRatemask, kernel, agent } = await session.ask('hello');
      const { atNs, icmp, udp, loadavg, runnable, cpu, psiSomeUs } = await session.ask('counters');
      say('icmp', atNs, { icmp, udp, icmpRatelimit, icmpRatemask });
      say('load', atNs, { loadavg, runnable, cpu, psiSomeUs, kernel, agent });
      if (!isUnderTest(site)) return;
      const rules = await session.ask('rules', { comment: 'NodeLocal DNS Cache' });
      say('rules', rules.atNs, { rules: rules['rules'] ?? null });
    } catch (error) {
      this.#trouble('agent', error instanceof Error ? error.message : String(error));
    }
  }

  /** What the suite could not learn is said, and stops nothing. */
  async #onEach(act: (session: AgentSession) => Promise<void>, what: 'capture'): Promise<void> {
    await Promise.all(
      [...this.#sessions.values()].map((session) =>
        act(session).catch((error: unknown) => {
          this.#trouble(what, error instanceof Error ? error.message : String(error));
        }),
      ),
    );
  }

  #trouble(what: 'agent' | 'capture', message: string): void {
    this.#options.append({ type: 'trouble', atNs: nowNs(), what, probe: null, message });
  }
}

async function openSession(
  options: NodeAgentsOptions,
  site: Site,
  pod: { readonly namespace: string; readonly name: string },
): Promise<AgentSession> {
  const { kube, append } = options;
  const trouble = (message: string) => {
    append({ type: 'trouble', atNs: nowNs(), what: 'agent', probe: null, message });
  };
  const session = await AgentSession.open({
    site,
    connect: (signal) => exec(kube, pod, 'agent', ['/agent', 'attach'], signal),
    graceNs: agentGraceNs,
    onEvent: ({ event, atNs, ...detail }) => {
      append({ type: 'node', site: site.name, node: site.node, atNs, event, detail: flatDetail(detail) });
    },
    onCapture: ({ probe, lines }) => {
      for (const [atNs, server, from, queryAtNs, queryName, queryType, rcode, tcp] of lines)
        append({ type: 'response', probe, atNs, server, from, queryAtNs, queryName, queryType, rcode, tcp: tcp === 1 });
    },
    onMended: ({ atNs, cutNs, reason }) => {
      const detail = { cutMs: Math.round(cutNs / 1e6), reason };
      append({ type: 'node', site: site.name, node: site.node, atNs, event: 'session-mended', detail });
    },
    onLost: (what) => {
      trouble(`lost of the node agent on ${site.node}: ${what}`);
    },
    onBroken: (reason) => {
      trouble(`the node agent on ${site.node} ended early: ${reason}`);
    },
    signal: options.signal,
  });
  const { bootId } = await session.ask('hello', {}, { deadlineNs: 30e9 });
  await session.ask('pressure', { everyMs: pressureEveryMs });
  if (bootId !== options.bootId)
    trouble(`the clock of ${site.node} is another machine's, and the offset is not measured`);
  return session;
}
