import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import type { EmbeddedSettings } from '../../config/embedded-settings.ts';
import type { SiteName } from '../../journal/entry.ts';
import type { EmbeddedImages } from './embedded-images.ts';
import { siteLabel } from '../labels.ts';
import { clusterObjects } from './manifests.ts';
import type { NodeCacheProgram } from '../node-cache-manifests.ts';
import { externalName } from '../outside-zones.ts';
import { runDir } from './paths.ts';

/**
 * Weight of the cluster's cgroup against the machine's other processes, each of which has 1024: probes must be on time, and what
 * follows them may lag a little.
 */
const clusterCpuShares = 16_384;

/** What `machine up` reads (embedded/internal/machine/config.go). */
export function machineConfig(
  settings: EmbeddedSettings,
  programs: string,
  images: EmbeddedImages,
  nodeCache: NodeCacheProgram,
) {
  const dir = runDir(settings.name);
  const query = `kubernetes.default.svc.${settings.domain}`;
  const nodes = namedNodes(settings);
  const hasNodeCache = (site: SiteName) => settings.nodeLocal && site !== 'control';
  return {
    name: settings.name,
    runDir: dir,
    programs,
    serviceCIDR: settings.serviceCidr,
    podCIDR: settings.podCidr,
    fabricCIDR: settings.fabricCidr,
    domain: settings.domain,
    kubeProxyMode: settings.kubeProxyMode,
    nodes: nodes.map(({ name, site }) => ({
      name,
      labels: { [siteLabel]: site },
      // As upstream's README prescribes: only where node-cache leaves the ClusterIP alone must pods be told its link-local address.
      clusterDNS: hasNodeCache(site) && site === 'link-local' ? settings.localIp : settings.kubeDnsIp,
      images: [
        images.pause,
        ...(site === 'control' || !nodes.some((node) => node.site === 'control') ? [images.coreDns] : []),
        ...(hasNodeCache(site) ? images.nodeCache : []),
      ],
      lateImages: [images.probe],
    })),
    objects: clusterObjects(settings, nodeCache),
    outsideZones: join(dir, 'outside'),
    answers: nodes.flatMap(({ name, site }) => {
      const container = hasNodeCache(site) ? 'node-cache' : 'coredns';
      return [
        hasNodeCache(site)
          ? { phase: 'node-local-dns', node: name, server: settings.localIp, query, container }
          : { phase: 'cluster-dns', node: name, server: settings.kubeDnsIp, query, container },
        { phase: 'external-name', node: name, server: settings.kubeDnsIp, query: externalName, container },
      ];
    }),
    cpuShares: clusterCpuShares,
  };
}

/** Nodes with their names: the site's, unless the setting gives one. */
export function namedNodes({ nodes }: EmbeddedSettings) {
  return nodes.map(({ name, site }) => ({ name: name ?? site, site }));
}

/** The fabric's first address: control plane, and the name server of the "internet". */
export function fabricAddress({ fabricCidr }: EmbeddedSettings): string {
  const bytes = ipaddr.IPv4.networkAddressFromCIDR(fabricCidr).toByteArray();
  return ipaddr.fromByteArray([...bytes.slice(0, 3), (bytes[3] ?? 0) + 1]).toString();
}
