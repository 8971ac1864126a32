import { siteLabel } from '../../lib/cluster/labels.ts';
import { probeImage } from '../../lib/cluster/images.ts';
import { observationsOf } from '../../lib/journal/lookup-batch.ts';
import { followLog } from '../../lib/kube/follow-log.ts';
import type { Kube } from '../../lib/kube/kube.ts';
import { PodTracker } from '../../lib/kube/pod-tracker.ts';
import { isRunning } from '../../lib/kube/pod-state.ts';
import { parseProbeLine } from '../../lib/probe/probe-line.ts';

export interface BystanderLookup {
  readonly node: string;
  readonly dueNs: number;
  readonly endNs: number;
  readonly outcome: string;
}

/**
 * An application that has nothing to do with the drill: a Deployment of one pod that would rather run on node `both`, resolves a name 20 times a
 * second by glibc, and may be evicted as its PodDisruptionBudget allows.
 */
export class Bystander implements AsyncDisposable {
  readonly lookups: BystanderLookup[] = [];
  readonly #kube: Kube;
  readonly #over = new AbortController();
  readonly #tracker: PodTracker;
  readonly #followed = new Set<string>();
  readonly #reading: Promise<void>[] = [];

  private constructor(kube: Kube) {
    this.#kube = kube;
    this.#tracker = new PodTracker(kube, { namespace });
    this.#tracker.onChange((change) => {
      if (change.type !== 'present' || !isRunning(change.pod)) return;
      const { uid = '', name = '' } = change.pod.metadata ?? {};
      if (this.#followed.has(uid)) return;
      this.#followed.add(uid);
      this.#reading.push(this.#follow(name, change.pod.spec?.nodeName ?? '').catch(() => undefined));
    });
  }

  static async start(kube: Kube, signal: AbortSignal): Promise<Bystander> {
    for (const [path, body] of objects) await kube.json('POST', path, { body, signal });
    const bystander = new Bystander(kube);
    await bystander.looksUpOn('both', signal);
    return bystander;
  }

  /** Waits until it has looked something up on that node. */
  async looksUpOn(node: string, signal: AbortSignal): Promise<void> {
    while (!this.lookups.some((lookup) => lookup.node === node)) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Whether its only pod may be evicted. */
  async mayBeEvicted(may: boolean, signal: AbortSignal): Promise<void> {
    await this.#kube.json('PATCH', `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/shop`, {
      body: { spec: { maxUnavailable: may ? 1 : 0 } },
      contentType: 'application/merge-patch+json',
      signal,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#reading);
    await this.#tracker[Symbol.asyncDispose]();
  }

  async #follow(name: string, node: string): Promise<void> {
    for await (const lines of followLog(this.#kube, { namespace, name }, { signal: this.#over.signal }))
      for (const line of lines) {
        const said = parseProbeLine(line);
        if (said.kind !== 'lookups') continue;
        for (const lookup of observationsOf({ type: 'lookups', probe: name, ...said.batch }))
          this.lookups.push({ node, ...lookup });
      }
  }
}

const namespace = 'shop';
const labels = { app: 'shop' };

const objects: readonly (readonly [path: string, body: object])[] = [
  ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }],
  [
    `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'shop' },
      spec: { selector: { matchLabels: labels }, maxUnavailable: 0 },
    },
  ],
  [
    `/apis/apps/v1/namespaces/${namespace}/deployments`,
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds: 5,
            affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [rather('both')] } },
            containers: [
              {
                name: 'shop',
                image: probeImage,
                imagePullPolicy: 'IfNotPresent',
                command: ['/probe-glibc', '--name', 'www.example.com', '--interval-ms', '50', '--drain-ms', '3000'],
              },
            ],
          },
        },
      },
    },
  ],
];

function rather(site: string) {
  return { weight: 100, preference: { matchExpressions: [{ key: siteLabel, operator: 'In', values: [site] }] } };
}
