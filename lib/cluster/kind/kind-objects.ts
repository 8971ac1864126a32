import type { KindSettings } from '../../config/kind-settings.ts';
import { inKubeSystem, type ApiObject } from '../api-object.ts';
import { dnsPorts, kubeDnsUpstream } from '../dns-services.ts';
import { siteLabel } from '../labels.ts';
import { nodeCacheObjects, type NodeCacheProgram } from '../node-cache-manifests.ts';
import { outsideFiles } from '../outside-zones.ts';
import { kindNodes } from './kind-config.ts';

/** kubeadm's: the tenth address of kind's default service range, and Kubernetes' default domain. */
export const kubeDnsIp = '10.96.0.10';
const domain = 'cluster.local';

/** ClusterIP of the name server that plays the internet; nodes' pods have it in their resolv.conf from the start, so that it is set beforehand. */
export const outsideIp = '10.96.0.53';

const onControlSite = { [siteLabel]: 'control' };

/** What is added to a kind cluster: the outside, kube-dns-upstream, and node-cache where nodes are under test. */
export function kindObjects(
  { localIp }: KindSettings,
  program: NodeCacheProgram,
  coreDnsImage: string,
): readonly ApiObject[] {
  return [
    ...outsideObjects(coreDnsImage),
    kubeDnsUpstream(),
    ...nodeCacheObjects({ nodes: kindNodes, localIp, kubeDnsIp, domain }, program),
  ];
}

/** CoreDNS off the nodes under test: there its replies could not be told from node-cache's (design rule 9). */
export const coreDnsOnControlSite = { spec: { template: { spec: { nodeSelector: onControlSite } } } };

/** The image is the cluster's own CoreDNS, so that nothing more is to be pulled. */
function outsideObjects(image: string): readonly ApiObject[] {
  const name = 'drill-outside';
  const labels = { app: name };
  const container = {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['-conf', '/zones/Corefile'],
    volumeMounts: [{ name: 'zones', mountPath: '/zones', readOnly: true }],
  };
  const pod = {
    nodeSelector: onControlSite,
    dnsPolicy: 'Default',
    priorityClassName: 'system-cluster-critical',
    containers: [container],
    volumes: [{ name: 'zones', configMap: { name } }],
  };
  const deployment = {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: pod },
  };
  const service = { selector: labels, clusterIP: outsideIp, ports: dnsPorts };
  return [
    inKubeSystem('v1', 'configmaps', 'ConfigMap', name, { data: outsideFiles('/zones', '0.0.0.0') }),
    inKubeSystem('v1', 'services', 'Service', name, { spec: service }),
    inKubeSystem('apps/v1', 'deployments', 'Deployment', name, { spec: deployment }, labels),
  ];
}
