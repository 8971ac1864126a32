import type { DnsConfig, Head, Probe, Resolver, SiteName } from '../../lib/journal/entry.ts';
import { syntheticPlan, type SyntheticRun } from './synthetic-run.ts';

const second = 1_000_000_000;

export const syntheticAddress = { nodeCache: '169.254.20.10', kubeDns: '10.96.0.10', kubeDnsUpstream: '10.96.153.7' };

export const syntheticNodes: Readonly<Record<SiteName, string>> = {
  both: 'worker-1',
  'link-local': 'worker-2',
  control: 'control-plane',
};

export function syntheticHead(run: SyntheticRun): Head {
  const none = run.claims === 'calm';
  return {
    type: 'head',
    schema: 1,
    runId: '20261124-0312',
    experiment: none ? 'no-fault' : 'node-cache-killed',
    title: none ? 'nothing is broken' : 'node-cache is killed, and again',
    commandLine: `npx playwright test ${none ? 'no-fault' : 'node-cache-killed'}`,
    commit: '4f1c2d09a7be8866a1d6f0a9d35cf4c3e1b2a790',
    suiteVersion: '0.1.0',
    startedAtUtc: '2026-11-24T03:12:05Z',
    atNs: syntheticPlan.startNs,
    bootId: '5f2a1c1e-6a0f-4b8e-9c55-0a5bb3b6c2d1',
    cpus: 2,
    cluster: {
      kind: 'embedded',
      context: 'nodelocal-drill',
      kubernetesVersion: 'v1.37.2',
      containerRuntime: 'containerd 2.4.2',
      kernel: '6.18.5',
      kubeProxyMode: 'iptables',
      domain: 'cluster.local',
      kubeDnsIp: syntheticAddress.kubeDns,
      kubeDnsUpstreamIp: syntheticAddress.kubeDnsUpstream,
      localIp: syntheticAddress.nodeCache,
      nodes: (['both', 'link-local', 'control'] as const).map((site, index) => ({
        name: syntheticNodes[site],
        site,
        ip: `172.30.0.${index + 2}`,
        clusterDns: stockServer(site),
      })),
      nodeCache: {
        program: 'stand-in on CoreDNS 1.13.2',
        version: '1.26.8',
        standIn: true,
        linkMadeByInitContainer: true,
      },
      coreDns: { version: '1.13.2', replicas: 2, nodes: [syntheticNodes.control, syntheticNodes.control] },
    },
  };
}

function stockServer(site: SiteName): string {
  return site === 'link-local' ? syntheticAddress.nodeCache : syntheticAddress.kubeDns;
}

export function syntheticProbes(site: SiteName, run: SyntheticRun): Probe[] {
  if (site === 'control') {
    return [...run.resolvers.map((resolver) => probe(site, dnsConfig('stock', site), resolver, 'busy', run))];
  }
  const servers = [syntheticAddress.nodeCache, syntheticAddress.kubeDns, syntheticAddress.kubeDnsUpstream];
  const quietly = run.resolvers.includes('glibc') ? ['single', 'fallback', 'fallback-upstream'] : [];
  return [
    ...run.dnsConfigs.flatMap((name) =>
      run.resolvers.map((resolver) => probe(site, dnsConfig(name, site), resolver, 'busy', run)),
    ),
    ...quietly
      .filter((name) => run.dnsConfigs.includes(name))
      .map((name) => probe(site, dnsConfig(name, site), 'glibc', 'quiet', run)),
    ...servers.map((server) => probe(site, asking(server), 'wire', 'busy', run)),
  ];
}

const clusterSearches = ['drill.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];

function dnsConfig(name: string, site: SiteName): DnsConfig {
  const common = { searches: clusterSearches, ndots: 2, attempts: null, stock: false };
  switch (name) {
    case 'single':
      return { ...common, name, nameservers: [syntheticAddress.nodeCache], timeoutS: null };
    case 'single-2s':
      return { ...common, name, nameservers: [syntheticAddress.nodeCache], timeoutS: 2 };
    case 'fallback':
      return { ...common, name, nameservers: [syntheticAddress.nodeCache, syntheticAddress.kubeDns], timeoutS: 2 };
    case 'fallback-upstream':
      return {
        ...common,
        name,
        nameservers: [syntheticAddress.nodeCache, syntheticAddress.kubeDnsUpstream],
        timeoutS: 2,
      };
    case 'stock':
      return { ...common, name, nameservers: [stockServer(site)], ndots: 5, timeoutS: null, stock: true };
    default:
      throw new Error(`the synthetic journal knows no dnsConfig "${name}"`);
  }
}

function asking(server: string): DnsConfig {
  return {
    name: `ask-${server}`,
    nameservers: [server],
    searches: [],
    ndots: 1,
    timeoutS: null,
    attempts: null,
    stock: false,
  };
}

const versions: Readonly<Record<Resolver, string>> = {
  glibc: 'glibc 2.36',
  musl: 'musl 1.2.5',
  go: 'go1.26.8',
  'c-ares': 'c-ares 1.34.6 (Node.js v24.21.0)',
  wire: 'dns-packet 5.6.1',
};

function probe(
  site: SiteName,
  config: DnsConfig,
  resolver: Resolver,
  rate: 'busy' | 'quiet',
  run: SyntheticRun,
): Probe {
  const name = `${site}/${config.name}/${resolver}/${rate}`;
  return {
    type: 'probe',
    probe: name,
    site,
    node: syntheticNodes[site],
    dnsConfig: config,
    resolver,
    resolverVersion: versions[resolver],
    rate,
    intervalNs: rate === 'busy' ? run.intervalNs : 3 * second,
    queryName: 'www.eu.shop.web.example.com',
    nameKind: 'external',
    pod: { namespace: 'drill', name: name.replaceAll(/[^a-z0-9]+/g, '-'), uid: `uid-of-${name}`, ip: '10.244.1.7' },
  };
}
