import { parseGoFlags } from './go-flags.ts';
import type { Container, DaemonSet, Pod } from './types.ts';

/**
 * The container of a DaemonSet that is node-cache: by its flag `-localip`, which it can't run without, or by its image's name.
 * Labels are not asked: kubeadm, kubespray, kops, GKE and helm charts each have their own.
 */
export function nodeCacheContainer(daemonSet: DaemonSet): Container | null {
  return daemonSet.spec?.template.spec?.containers.find(isNodeCache) ?? null;
}

function isNodeCache({ image, command, args }: Container): boolean {
  const words = [...(command ?? []), ...(args ?? [])];
  return words.some((word) => /^--?localip(=|$)/.test(word)) || /\bnode-cache\b/.test(image ?? '');
}

/** The flags of the node-cache that a pod runs; empty when it runs none that is known as one. */
export function nodeCacheFlags({ spec }: Pod): ReadonlyMap<string, string> {
  const container = spec?.containers.find(isNodeCache);
  return parseGoFlags([...(container?.command ?? []), ...(container?.args ?? [])]);
}

/** Addresses of `-localip`, which node-cache gives to its link and keeps from conntrack. */
export function localIpsOf(flags: ReadonlyMap<string, string>): readonly string[] {
  return (flags.get('localip') ?? '').split(',').filter((ip) => ip !== '');
}

/** Name of the ConfigMap that holds its Corefile's template: the one that is mounted where `-basecorefile` lies. */
export function corefileConfigMap(daemonSet: DaemonSet): string | null {
  const mount = nodeCacheContainer(daemonSet)?.volumeMounts?.find(({ mountPath }) => mountPath === '/etc/coredns');
  const volume = daemonSet.spec?.template.spec?.volumes?.find(({ name }) => name === mount?.name);
  return volume?.configMap?.name ?? null;
}
