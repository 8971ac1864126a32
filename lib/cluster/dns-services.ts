import { inKubeSystem, type ApiObject } from './api-object.ts';

export const dnsPorts = [
  { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
  { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
];
export const kubeDnsLabels = { 'k8s-app': 'kube-dns' };

/** Service kube-dns-upstream, by which node-cache reaches CoreDNS when it holds the ClusterIP of kube-dns itself (nodelocaldns.yaml). */
export function kubeDnsUpstream(): ApiObject {
  return inKubeSystem(
    'v1',
    'services',
    'Service',
    'kube-dns-upstream',
    { spec: { selector: kubeDnsLabels, ports: dnsPorts } },
    kubeDnsLabels,
  );
}
