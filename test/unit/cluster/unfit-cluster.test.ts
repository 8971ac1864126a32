import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unfitCluster, type ClusterGlance } from '../../../lib/cluster/unfit-cluster.ts';

const siteLabel = 'nodelocal-drill.dev/site';
const node = (name: string, site: string, podCIDRs: string[] = ['10.244.1.0/24']) => ({
  metadata: { name, labels: { [siteLabel]: site } },
  spec: { podCIDRs },
});
const nodeCache = (nodeName: string, localIps: string) => ({
  spec: { nodeName, containers: [{ name: 'node-cache', args: ['-localip', localIps] }] },
});
const kubeDns = (spec: object) => ({ metadata: { namespace: 'kube-system', name: 'kube-dns' }, spec });
const fit: ClusterGlance = {
  nodes: [node('a', 'both'), node('b', 'link-local'), node('c', 'control'), node('d', 'plain')],
  dnsService: kubeDns({ clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ipFamilies: ['IPv4'] }),
  nodeCachePods: [nodeCache('a', '169.254.20.10,10.96.0.10'), nodeCache('b', '169.254.20.10')],
  siteLabel,
};
const said = (changed: Partial<ClusterGlance>) => {
  const error = unfitCluster({ ...fit, ...changed });
  return error === null ? null : `${error.name}: ${error.message}`;
};

test('IPv4 alone and labels that fit: nothing speaks against it, nor what can’t be seen', () => {
  assert.equal(said({}), null);
  assert.equal(said({ dnsService: undefined, nodeCachePods: [] }), null);
  assert.equal(said({ nodes: [{ metadata: { name: 'a' } }] }), null);
});

test('IPv6 is refused by what the cluster says: of its DNS Service, of a node’s pod ranges', () => {
  const both = kubeDns({ clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10', 'fd00::a'] });
  assert.match(
    said({ dnsService: both }) ?? '',
    /^ClusterRefused: .*kube-system\/kube-dns has 10\.96\.0\.10 and fd00::a\)/,
  );
  const alone = kubeDns({ clusterIP: 'fd00::a', clusterIPs: ['fd00::a'], ipFamilies: ['IPv6'] });
  assert.match(
    said({ dnsService: alone }) ?? '',
    /kube-system\/kube-dns has fd00::a\), and only clusters with IPv4 alone/,
  );
  const dual = [...fit.nodes, node('e', 'plain', ['10.244.9.0/24', 'fd00:9::/64'])];
  assert.match(
    said({ nodes: dual }) ?? '',
    /^ClusterRefused: .*node e has the pod ranges 10\.244\.9\.0\/24 and fd00:9::\/64/,
  );
});

test('a label that says otherwise than node-cache listens is refused, with the command that mends it', () => {
  assert.match(
    said({ nodes: [node('a', 'link-local')] }) ?? '',
    /^KubeconfigError: node a is labelled nodelocal-drill\.dev\/site=link-local, .* listens on 169\.254\.20\.10 and 10\.96\.0\.10 there, which is both: `kubectl label --overwrite node a nodelocal-drill\.dev\/site=both`$/,
  );
  assert.match(said({ nodes: [node('b', 'both')] }) ?? '', /which is link-local: /);
});
