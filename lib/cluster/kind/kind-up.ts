import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { buildKind } from '../../build/kind-programs.ts';
import type { Progress } from '../../build/progress.ts';
import type { KindSettings } from '../../config/kind-settings.ts';
import { connect } from '../../kube/connect.ts';
import type { Kube } from '../../kube/kube.ts';
import { listNodes } from '../../kube/objects.ts';
import { until } from '../../time/until.ts';
import type { NodeCacheSource } from '../embedded/embedded-images.ts';
import { cacheDir } from '../embedded/paths.ts';
import { nodeCacheImage } from '../images.ts';
import { externalName } from '../outside-zones.ts';
import { answersInNode } from './answers-in-node.ts';
import { inNode, type Engine } from './engine.ts';
import { kindConfig, kindNodes } from './kind-config.ts';
import { kindDown } from './kind-down.ts';
import { buildStandIn, loadKindImages, prepareKindImages, type KindImages } from './kind-images.ts';
import { coreDnsOnControlSite, kindObjects, kubeDnsIp } from './kind-objects.ts';
import { isOwnImage } from './node-image.ts';
import { kindContext, kindDir, kindNodeNames } from './paths.ts';
import { useOutsideResolver } from './outside-resolver.ts';
import { makePodNetwork } from './pod-network.ts';
import { runKind } from './run-kind.ts';
import { factsPath, kubeconfigPath, ownKindState, readKindFacts, type KindFacts } from './status.ts';
import { deadlineSignal } from '../../time/deadline-signal.ts';

export interface KindUp {
  readonly settings: KindSettings;
  readonly nodeCache: NodeCacheSource;
  readonly engine: Engine;
  /** A node image that the engine has. */
  readonly nodeImage: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Brings the kind cluster up, unless one is up that is whole and has the same settings and images; any other that the project made is replaced. To
 * be called under `lockCluster`.
 * @returns whether it was made anew
 * @throws ContextRefused for a cluster of that name which the project did not make
 * @throws when it does not come up; nothing is left then
 */
export async function kindUp(options: KindUp): Promise<{ readonly made: boolean }> {
  const { settings, engine, signal, progress } = options;
  const state = await ownKindState(engine, settings.name, signal);
  const kind = await buildKind({ cacheDir: cacheDir(), signal, progress });
  const images = await prepareKindImages(options);
  const facts = { settings, engine: engine.name, nodeImage: options.nodeImage, images: images.archives } as const;
  if (state === 'up' && (await isAsAsked(settings, facts)) && (await answersEverywhere(options)))
    return { made: false };
  if (state !== 'absent') progress('cluster', 'the one that is there is replaced');
  await kindDown(engine, settings.name, signal);
  try {
    const { linkMadeByInitContainer } = await make(options, kind, images);
    const nodeCache = { ...images.nodeCacheFacts, linkMadeByInitContainer };
    await writeFile(factsPath(settings.name), JSON.stringify({ ...facts, nodeCache }, null, 1));
  } catch (error) {
    await kindDown(
      engine,
      settings.name,
      deadlineSignal(60e9, `kind did not delete what is left of cluster "${settings.name}" within 60 s`),
    ).catch(() => undefined);
    throw error;
  }
  return { made: true };
}

async function isAsAsked(settings: KindSettings, asked: Omit<KindFacts, 'nodeCache'>): Promise<boolean> {
  const there = await readKindFacts(settings.name);
  return there !== null && isDeepStrictEqual(there, { ...asked, nodeCache: there.nodeCache });
}

async function make(options: KindUp, kind: string, images: KindImages) {
  const { settings, engine, nodeImage, signal, progress } = options;
  const dir = kindDir(settings.name);
  await mkdir(dir, { recursive: true });
  const ownNetwork = !isOwnImage(nodeImage);
  const config = JSON.stringify(kindConfig({ settings, engine, image: nodeImage, ownNetwork }), null, 1);
  await writeFile(join(dir, 'kind.json'), config);
  progress('cluster', `kind creates ${settings.name} with ${engine.name} from ${nodeImage}`);
  const create = ['create', 'cluster', '--config', '-', '--kubeconfig', kubeconfigPath(settings.name)];
  await runKind(create, { kind, engine, signal, progress, input: config });
  const kube = await kubeOf(settings.name);
  if (!ownNetwork) await makePodNetwork(engine, await nodesWithRanges(kube, signal), signal);
  await daemonsRunning(kube, signal);
  await Promise.all(kindNodeNames(settings.name).map(async (node) => useOutsideResolver(engine, node, signal)));
  await loadKindImages({ kind, engine, cluster: settings.name, archives: images.archives, signal, progress });
  const linkMadeByInitContainer = !(await hasDummyLinks(engine, kindNodeNames(settings.name)[1], signal));
  if (linkMadeByInitContainer && images.nodeCacheReference !== nodeCacheImage) {
    const { standIn } = await buildStandIn(options);
    await loadKindImages({ kind, engine, cluster: settings.name, archives: [standIn], signal, progress });
  }
  const program = { image: images.nodeCacheReference, linkMadeByInitContainer };
  const coreDns = await moveCoreDns(kube, signal);
  for (const { path, manifest } of kindObjects(settings, program, coreDns))
    await kube.json('POST', path, { body: manifest, signal });
  progress('cluster', 'waiting for cluster DNS and node-cache to answer on each node');
  await untilAnswering(options);
  return { linkMadeByInitContainer };
}

async function kubeOf(name: string): Promise<Kube> {
  const context = kindContext(name);
  return connect({ kubeconfigPath: kubeconfigPath(name), context, allowContexts: [context] });
}

/** The controller manager gives each node its range for pods a moment after the node has registered. */
async function nodesWithRanges(kube: Kube, signal: AbortSignal) {
  return until(
    async () => {
      const nodes = await listNodes(kube, signal);
      return nodes.length === kindNodes.length && nodes.every(({ spec }) => spec?.podCIDR !== undefined) ? nodes : null;
    },
    { what: 'ranges for pods on each node', deadlineNs: 60e9, everyNs: 0.5e9, signal },
  );
}

/** kube-proxy, and kindnet where the node image has it, on every node: each pod keeps the resolv.conf that it was started with. */
async function daemonsRunning(kube: Kube, signal: AbortSignal): Promise<void> {
  const path = '/apis/apps/v1/namespaces/kube-system/daemonsets';
  await until(
    async () => {
      const { items } = await kube.json<{ readonly items: readonly DaemonSetStatus[] }>('GET', path, { signal });
      const running = items.every(({ status }) => status?.numberReady === kindNodes.length);
      return items.length > 0 && running ? true : null;
    },
    { what: 'kube-proxy on each node', deadlineNs: 120e9, everyNs: 0.5e9, signal },
  );
}

interface DaemonSetStatus {
  readonly status?: { readonly numberReady?: number };
}

/** @returns CoreDNS' image */
async function moveCoreDns(kube: Kube, signal: AbortSignal): Promise<string> {
  const path = '/apis/apps/v1/namespaces/kube-system/deployments/coredns';
  const contentType = 'application/strategic-merge-patch+json';
  const moved = await kube.json<{
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { image?: string }[] } } };
  }>('PATCH', path, { body: coreDnsOnControlSite, contentType, signal });
  const image = moved.spec.template.spec.containers[0]?.image;
  if (image === undefined) throw new Error('the deployment coredns names no image');
  return image;
}

/** node-cache's own link is of type `dummy`, which small kernels lack. A worker is as good as the machine: the kernel is the same. */
async function hasDummyLinks(engine: Engine, node: string, signal: AbortSignal): Promise<boolean> {
  const tried = 'ip link add drill-try type dummy 2>/dev/null && ip link del drill-try && echo yes || echo no';
  return (await inNode(engine, node, ['sh', '-c', tried], { signal })).trim() === 'yes';
}

async function untilAnswering(options: KindUp): Promise<void> {
  const { signal } = options;
  await until(async () => ((await answersEverywhere(options)) ? true : null), {
    what: 'DNS on each node',
    deadlineNs: 120e9,
    everyNs: 0.5e9,
    signal,
  });
}

/** Cluster DNS on the control site, node-cache at its own address where nodes are under test, both for a name of the outside. */
async function answersEverywhere({ settings, engine, signal }: KindUp): Promise<boolean> {
  const [control, both, linkLocal] = kindNodeNames(settings.name);
  const asked = await Promise.all([
    answersInNode(engine, control, { server: kubeDnsIp, name: externalName }, signal),
    answersInNode(engine, both, { server: settings.localIp, name: externalName }, signal),
    answersInNode(engine, both, { server: kubeDnsIp, name: externalName }, signal),
    answersInNode(engine, linkLocal, { server: settings.localIp, name: externalName }, signal),
  ]);
  return asked.every(Boolean);
}
