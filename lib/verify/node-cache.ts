import semver from 'semver';
import { corefileConfigMap, localIpsOf, nodeCacheContainer } from '../kube/find-node-cache.ts';
import type { PodGlance } from '../kube/pod-glance.ts';
import type { ClusterSnapshot } from '../kube/snapshot.ts';
import type { Container, DaemonSet, PodSpec } from '../kube/types.ts';
import { directivesOf, parseCorefile, type ServerBlock } from './corefile.ts';
import { isSet, parseGoFlags } from '../kube/go-flags.ts';
import type { ObjectName } from './object-name.ts';

/** One DaemonSet of node-cache, as its manifest and its Corefile describe it. */
export interface NodeCache {
  readonly object: ObjectName;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  /** Release by the image's tag; null when the tag is none. */
  readonly version: string | null;
  readonly flags: ReadonlyMap<string, string>;
  /** Addresses of `-localip`: it gives them to its link, and keeps them from conntrack. */
  readonly localIps: readonly string[];
  /** Name of the ConfigMap with the Corefile, for people. */
  readonly corefileFrom: string;
  /** Null: it could not be read. */
  readonly corefile: readonly ServerBlock[] | null;
  /** Addresses on which CoreDNS listens: those that the Corefile binds, else those of `-localip`. */
  readonly listens: readonly string[];
  /** Whether an orderly end takes rules and link away: not with `-skipteardown`, nor in release 1.21.0 (kubernetes/dns#479). */
  readonly tearsDown: boolean;
  readonly container: Container;
  readonly podSpec: PodSpec;
  readonly updateStrategy: NonNullable<DaemonSet['spec']>['updateStrategy'];
  readonly pods: readonly PodGlance[];
  /** Nodes that have a pod of it. */
  readonly nodes: ReadonlySet<string>;
}

/** Every DaemonSet that runs node-cache, by name. */
export function findNodeCaches(snapshot: ClusterSnapshot): readonly NodeCache[] {
  return snapshot.daemonSets
    .flatMap((daemonSet) => nodeCacheOf(daemonSet, snapshot) ?? [])
    .sort((a, b) => a.object.name.localeCompare(b.object.name));
}

function nodeCacheOf(daemonSet: DaemonSet, snapshot: ClusterSnapshot): NodeCache | null {
  const container = nodeCacheContainer(daemonSet);
  const podSpec = daemonSet.spec?.template.spec;
  if (container === null || podSpec === undefined) return null;
  const { namespace = '', name = '' } = daemonSet.metadata ?? {};
  const flags = parseGoFlags([...(container.command ?? []), ...(container.args ?? [])]);
  const version = versionOf(container.image);
  const localIps = localIpsOf(flags);
  const configMap = corefileConfigMap(daemonSet);
  const template = snapshot.configMaps.find(
    ({ metadata }) => metadata?.namespace === namespace && metadata.name === configMap,
  )?.data;
  const text = template?.['Corefile'] ?? template?.['Corefile.base'] ?? null;
  const corefile = text === null ? null : parseCorefile(render(text, localIps));
  const binds = directivesOf(corefile ?? [], 'bind').flatMap(({ args }) => args);
  const pods = snapshot.pods.filter(
    ({ namespace: of, controller }) => of === namespace && controller?.kind === 'DaemonSet' && controller.name === name,
  );
  return {
    object: { kind: 'DaemonSet', namespace, name },
    labels: daemonSet.spec?.template.metadata?.labels ?? {},
    image: container.image ?? 'unknown',
    version,
    flags,
    localIps,
    corefileFrom: configMap === null ? 'none is mounted' : `ConfigMap ${namespace}/${configMap}`,
    corefile,
    listens: binds.length > 0 ? [...new Set(binds)] : localIps,
    tearsDown: !isSet(flags, 'skipteardown') && version !== '1.21.0',
    container,
    podSpec,
    updateStrategy: daemonSet.spec?.updateStrategy,
    pods,
    nodes: new Set(pods.flatMap(({ node, leaving }) => (node === null || leaving ? [] : [node]))),
  };
}

/** As node-cache itself fills in its template at its start (cmd/node-cache/app/configmap.go). */
function render(template: string, localIps: readonly string[]): string {
  return template.replaceAll('__PILLAR__LOCAL__DNS__', localIps.join(' ')).replaceAll('__PILLAR__DNS__SERVER__', '');
}

/** `1.26.4` of `registry.example/dns/k8s-dns-node-cache:1.26.4@sha256:…`; builds of others (`1.22.28-gke.5`) count as their release. */
function versionOf(image: string | undefined): string | null {
  const tag = /:v?(\d+\.\d+\.\d+[^@/]*)(?:@|$)/.exec(image ?? '')?.[1];
  return tag === undefined ? null : (semver.coerce(tag)?.version ?? null);
}
