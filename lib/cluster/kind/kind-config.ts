import type { KindSettings } from '../../config/kind-settings.ts';
import type { SiteName } from '../../journal/entry.ts';
import { siteLabel } from '../labels.ts';
import type { Engine } from './engine.ts';
import { isOwnImage, ownCoreDns } from './node-image.ts';

/** Sites of a kind cluster, and kind's role of the node; its names are kind's own (`<cluster>-control-plane`, `-worker`, `-worker2`). */
export const kindNodes = [
  { site: 'control', role: 'control-plane' },
  { site: 'both', role: 'worker' },
  { site: 'link-local', role: 'worker' },
] as const satisfies readonly { readonly site: SiteName; readonly role: string }[];

export interface KindConfigInput {
  readonly settings: KindSettings;
  readonly engine: Pick<Engine, 'cgroups'>;
  readonly image: string;
  /** False for a node image without kind's CNI daemon; the pod network is then made from outside. */
  readonly ownNetwork: boolean;
}

/**
 * The configuration that `kind create cluster` reads (kind.x-k8s.io/v1alpha4; JSON is YAML). Nodes differ only as upstream's manual of NodeLocal
 * DNSCache prescribes: on `link-local` kubelet's clusterDNS is node-cache's address. kubeadm gives all nodes one KubeletConfiguration, so that
 * it is a flag of the one node.
 */
export function kindConfig({ settings, engine, image, ownNetwork }: KindConfigInput) {
  const kubelet = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    failCgroupV1: false,
  };
  const { imageRepository, imageTag } = ownCoreDns;
  const coreDns = { imageRepository, imageTag };
  return {
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    kind: 'Cluster',
    name: settings.name,
    networking: { kubeProxyMode: settings.proxyMode, disableDefaultCNI: !ownNetwork },
    kubeadmConfigPatches: [
      ...(engine.cgroups === 'v1' ? [JSON.stringify(kubelet)] : []),
      ...(isOwnImage(image) ? [JSON.stringify({ kind: 'ClusterConfiguration', dns: coreDns })] : []),
    ],
    nodes: kindNodes.map(({ site, role }) => ({
      role,
      image,
      labels: { [siteLabel]: site },
      kubeadmConfigPatches: [
        ...(site === 'control' ? [registration('InitConfiguration', { taints: [] })] : []),
        ...(site === 'link-local'
          ? [registration('JoinConfiguration', { kubeletExtraArgs: { 'cluster-dns': settings.localIp } })]
          : []),
      ],
    })),
  };
}

/** Without apiVersion kind fits it to whichever of kubeadm's the node image takes. */
function registration(kind: string, nodeRegistration: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ kind, nodeRegistration });
}
