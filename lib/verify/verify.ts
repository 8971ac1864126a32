import type { ClusterSnapshot } from '../kube/snapshot.ts';
import { takeCensus, type CensusGroup } from './census.ts';
import { viewCluster, type ViewOptions } from './cluster-view.ts';
import type { NodeCache } from './node-cache.ts';
import { worstFirst } from './finding.ts';
import { absenceNs } from './predict-longest.ts';
import { probeFindings } from './probe/probe-findings.ts';
import { judgeProbing, type NodeProbed, type Probing } from './probe/probed.ts';
import { runRules } from './rules/run-rules.ts';
import type { VerifyReport } from './verify-report.ts';

/** What a look at a cluster comes to, and what pods saw that asked there, if any did: a pure function of what was read. */
export function verify(snapshot: ClusterSnapshot, options: ViewOptions, probing: Probing | null = null): VerifyReport {
  const view = viewCluster(snapshot, options);
  const probed = probing === null ? null : judgeProbing(probing, view);
  const findings = [...probeFindings(probed ?? [], view), ...runRules(view)].sort(worstFirst);
  const census = takeCensus(view);
  const { kubelet } = view;
  return {
    schema: 'nodelocal-drill/verify/1',
    context: snapshot.context,
    kubernetesVersion: snapshot.kubernetesVersion,
    nodes: view.nodeNames.length,
    nodeCaches: view.nodeCaches.map(describeNodeCache),
    kubeDns: view.kubeDns,
    upstream: view.upstream,
    domain: view.domain,
    serviceProxy: view.serviceProxy,
    kubeletClusterDns: { ...kubelet, value: kubelet.value.servers.join(', ') },
    localRedirects: snapshot.redirectPolicies === null ? null : [...view.redirects],
    census: {
      pods: census.pods,
      killed: census.killed,
      updated: census.updated,
      absenceSeconds: absenceNs / 1e9,
      groups: census.groups.map(describeGroup),
      namespaces: [...census.namespaces],
    },
    findings: findings.map((finding) => ({
      ...finding,
      objects: [...finding.objects],
      sources: [...finding.sources],
    })),
    unreadable: [...snapshot.unreadable],
    ...(probed === null ? {} : { probe: { nodes: probed.map(describeNode) } }),
  };
}

function describeNodeCache(nodeCache: NodeCache): VerifyReport['nodeCaches'][number] {
  const { container, updateStrategy } = nodeCache;
  const { maxUnavailable, maxSurge } = updateStrategy?.rollingUpdate ?? {};
  const rolling = [
    `maxUnavailable ${maxUnavailable ?? 1}`,
    ...(maxSurge === undefined || maxSurge === 0 ? [] : [`maxSurge ${maxSurge}`]),
  ];
  return {
    object: nodeCache.object,
    labels: { ...nodeCache.labels },
    image: nodeCache.image,
    version: nodeCache.version,
    localIps: [...nodeCache.localIps],
    listens: [...nodeCache.listens],
    corefile: nodeCache.corefile === null ? `${nodeCache.corefileFrom}: not read` : nodeCache.corefileFrom,
    updateStrategy: updateStrategy?.type === 'OnDelete' ? 'OnDelete' : `RollingUpdate, ${rolling.join(', ')}`,
    limits: { ...container.resources?.limits },
    probes: {
      ...probe('liveness', container.livenessProbe),
      ...probe('readiness', container.readinessProbe),
      ...probe('startup', container.startupProbe),
    },
    nodes: nodeCache.nodes.size,
  };
}

function describeNode({ node, nodeCache, resolvConf, differences, servers, failure }: NodeProbed): ProbedNode {
  return {
    node,
    nodeCache,
    resolvConf:
      resolvConf === null
        ? null
        : {
            nameservers: [...resolvConf.nameservers],
            searches: [...resolvConf.searches],
            options: [...resolvConf.options],
            differences: [...differences],
          },
    servers: [...servers],
    failure,
  };
}

type ProbedNode = NonNullable<VerifyReport['probe']>['nodes'][number];

/** A probe in words; what is left out of a manifest has the defaults of the API (10 s, 1 s, 3 times). */
function probe(name: string, given: NodeCache['container']['livenessProbe']): Record<string, string> {
  if (given === undefined) return {};
  const { httpGet, tcpSocket, periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3 } = given;
  const { host = '', port = '' } = httpGet ?? tcpSocket ?? {};
  const asks =
    httpGet !== undefined
      ? `http ${host}:${port}${httpGet.path ?? '/'}`
      : tcpSocket !== undefined
        ? `tcp ${host}:${port}`
        : 'a command';
  return { [name]: `${asks} every ${periodSeconds} s, timeout ${timeoutSeconds} s, ${failureThreshold} failures` };
}

function describeGroup(group: CensusGroup): VerifyReport['census']['groups'][number] {
  return {
    pods: group.pods,
    base: group.base,
    nameservers: group.nameservers.map(({ address, answerer }) => ({ address, answerer })),
    options: [...group.options],
    killed: group.killed,
    updated: group.updated,
    longestLookups:
      group.longest?.map(({ resolver, longestNs, fails }) => ({
        resolver,
        seconds: Math.ceil(longestNs / 1e7) / 100,
        fails,
      })) ?? null,
    owners: group.owners.map(({ owner, pods }) => ({ owner, pods })),
  };
}
