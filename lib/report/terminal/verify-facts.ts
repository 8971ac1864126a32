import { listOf } from '../../judge/format.ts';
import type { VerifyReport } from '../../verify/verify-report.ts';
import { wrapField } from './wrap-text.ts';

/** What is there: node-cache, cluster DNS, and what decides between them. */
export function verifyFacts(report: VerifyReport, columns: number): readonly string[] {
  const field = (label: string, text: string) => wrapField(label, text, columns, 13);
  const { kubeDns, upstream } = report;
  return [
    ...report.nodeCaches.flatMap((nodeCache) => nodeCacheLines(nodeCache, report, field)),
    ...field('cluster DNS', kubeDns === null ? 'no Service found' : `${nameOf(kubeDns.object)}, ${kubeDns.ip}`),
    ...(upstream === null ? [] : field('upstream', `${nameOf(upstream.object)}, ${upstream.ip}`)),
    ...field('domain', toldText(report.domain)),
    ...field('kube-proxy', toldText(report.serviceProxy)),
    ...field('kubelet', `clusterDNS ${toldText(report.kubeletClusterDns)}`),
    ...field('Cilium', redirectText(report)),
    ...report.unreadable.flatMap((what) => field('not readable', what)),
  ];
}

type NodeCacheFacts = VerifyReport['nodeCaches'][number];

function nodeCacheLines(
  nodeCache: NodeCacheFacts,
  { nodes, kubeDns }: VerifyReport,
  field: (label: string, text: string) => readonly string[],
): readonly string[] {
  const { object, image, labels, listens, corefile, updateStrategy, limits, probes } = nodeCache;
  const listensOn = listens.map((ip) => (ip === kubeDns?.ip ? `${ip} (kube-dns)` : ip));
  const entries = (all: Readonly<Record<string, string>>) =>
    Object.entries(all).map(([name, value]) => `${name} ${value}`);
  return [
    ...field('node-cache', `${nameOf(object)} on ${nodeCache.nodes} of ${nodes} nodes`),
    ...field('', `image ${image}`),
    ...field(
      '',
      `labels ${
        Object.entries(labels)
          .map(([name, value]) => `${name}=${value}`)
          .join(', ') || 'none'
      }`,
    ),
    ...field('', `listens on ${listOf(listensOn) || 'nothing'} (${corefile})`),
    ...field('', `updates: ${updateStrategy}; limits: ${entries(limits).join(', ') || 'none'}`),
    ...field('', `probes: ${entries(probes).join('; ') || 'none'}`),
  ];
}

function redirectText({ localRedirects }: VerifyReport): string {
  if (localRedirects === null) return 'Local Redirect Policies may not be read';
  if (localRedirects.length === 0) return 'no Local Redirect Policy for DNS';
  return localRedirects.map(({ object, ip }) => `${nameOf(object)} redirects ${ip}`).join(', ');
}

function toldText({ value, from, assumed }: VerifyReport['domain']): string {
  return `${value === '' ? 'unknown' : value} (${assumed ? 'assumed: ' : ''}${from})`;
}

function nameOf({ kind, namespace, name }: VerifyReport['nodeCaches'][number]['object']): string {
  return `${kind} ${namespace === null ? '' : `${namespace}/`}${name}`;
}
