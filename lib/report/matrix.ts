import type { Resolver, SiteName } from '../journal/entry.ts';
import { controlSharesNode } from '../judge/control-shares-node.ts';
import type { ProbeVerdict, Verdict } from '../judge/verdict.ts';
import { placeWords, type PlaceWords } from './site-words.ts';

/** The result as a table: groups of dnsConfigs, in each a row per site, a column per resolver; null: not probed. */
export interface Matrix {
  readonly columns: readonly MatrixColumn[];
  readonly groups: readonly MatrixGroup[];
}

export interface MatrixColumn {
  readonly resolver: Resolver;
  readonly rate: 'busy' | 'quiet';
  readonly label: string;
}

export interface MatrixGroup {
  readonly name: string;
  readonly nameservers: readonly string[];
  /** The lines of resolv.conf that make a difference: `timeout:2`, `ndots:2`. */
  readonly options: string;
  /** What was expected of it: the claims that choose it, or that it must feel the fault, or nothing. */
  readonly role: string;
  readonly broken: boolean;
  readonly rows: readonly MatrixRow[];
}

export interface MatrixRow {
  readonly site: SiteName;
  readonly place: PlaceWords;
  readonly cells: readonly (ProbeVerdict | null)[];
  /** Each nameserver of the dnsConfig as asked directly from the same node, in the order of resolv.conf. */
  readonly wire: readonly { readonly server: string; readonly probe: ProbeVerdict | null }[];
}

export function buildMatrix(verdict: Verdict): Matrix {
  const lookups = verdict.probes.filter((probe) => probe.resolver !== 'wire');
  const wires = verdict.probes.filter((probe) => probe.resolver === 'wire');
  const columns = columnsOf(lookups);
  const names = new Set(lookups.map(groupName));
  const groups = [...names].map((name) => {
    const probes = lookups.filter((probe) => groupName(probe) === name);
    return groupOf(verdict, name, probes, wires, columns);
  });
  return { columns, groups };
}

/** Column heading of a resolver. */
export function resolverLabel(resolver: Resolver, rate: 'busy' | 'quiet' = 'busy'): string {
  const name = resolver === 'go' ? 'Go' : resolver;
  return rate === 'busy' ? name : `${name}, quiet`;
}

function columnsOf(probes: readonly ProbeVerdict[]): readonly MatrixColumn[] {
  const order: readonly Resolver[] = ['glibc', 'musl', 'go', 'c-ares'];
  return (['busy', 'quiet'] as const).flatMap((rate) =>
    order
      .filter((resolver) => probes.some((probe) => probe.resolver === resolver && probe.rate === rate))
      .map((resolver) => ({ resolver, rate, label: resolverLabel(resolver, rate) })),
  );
}

/** Probes on the control site form groups of their own; a further name is a group of its own, too. */
function groupName(probe: ProbeVerdict): string {
  const name = probe.nameKind === 'external' ? probe.dnsConfig.name : `${probe.dnsConfig.name}, ${probe.nameKind}`;
  return probe.site === 'control' ? `control: ${name}` : name;
}

function groupOf(
  verdict: Verdict,
  name: string,
  probes: readonly ProbeVerdict[],
  wires: readonly ProbeVerdict[],
  columns: readonly MatrixColumn[],
): MatrixGroup {
  const dnsConfig = probes[0]?.dnsConfig;
  const sites = [...new Set(probes.map((probe) => probe.site))];
  return {
    name,
    nameservers: nameserversOf(probes),
    options: dnsConfig === undefined ? '' : resolvOptions(dnsConfig),
    role: roleOf(verdict, probes),
    broken: probes.some((probe) => probe.mark === 'broken'),
    rows: sites.map((site) => ({
      ...rowOf(site, probes, wires, columns),
      place: placeWords(site, controlSharesNode(verdict.probes)),
    })),
  };
}

/** The chain of nameservers; `a or b` where sites differ, as a stock pod's do with kubelet's clusterDNS. */
function nameserversOf(probes: readonly ProbeVerdict[]): readonly string[] {
  const longest = Math.max(0, ...probes.map(({ dnsConfig }) => dnsConfig.nameservers.length));
  return Array.from({ length: longest }, (_, position) => {
    const there = probes
      .map(({ dnsConfig }) => dnsConfig.nameservers[position])
      .filter((server) => server !== undefined);
    return [...new Set(there)].join(' or ');
  });
}

function rowOf(
  site: SiteName,
  probes: readonly ProbeVerdict[],
  wires: readonly ProbeVerdict[],
  columns: readonly MatrixColumn[],
): Omit<MatrixRow, 'place'> {
  const here = probes.filter((probe) => probe.site === site);
  const cells = columns.map(
    ({ resolver, rate }) => here.find((probe) => probe.resolver === resolver && probe.rate === rate) ?? null,
  );
  const wire = (here[0]?.dnsConfig.nameservers ?? []).map((server) => ({
    server,
    probe: wires.find((probe) => probe.site === site && probe.dnsConfig.nameservers[0] === server) ?? null,
  }));
  return { site, cells, wire };
}

function resolvOptions({ timeoutS, attempts, ndots, stock }: ProbeVerdict['dnsConfig']): string {
  const options = [
    stock ? 'ClusterFirst' : null,
    timeoutS === null ? null : `timeout:${timeoutS}`,
    attempts === null ? null : `attempts:${attempts}`,
    `ndots:${ndots}`,
  ];
  return options.filter((option) => option !== null).join(' ');
}

function roleOf(verdict: Verdict, probes: readonly ProbeVerdict[]): string {
  const names = new Set(probes.map((probe) => probe.probe));
  const claims = verdict.claims.filter((claim) => claim.thresholds.some((threshold) => names.has(threshold.probe)));
  const unsafe = probes.filter((probe) => probe.mark === 'felt' || probe.mark === 'not-felt');
  const parts = claims.length > 0 ? [`claim: ${claims.map((claim) => claim.name).join(', ')}`] : [];
  if (unsafe.length > 0) {
    parts.push(
      unsafe.every((probe) => probe.mark === 'felt') ? 'known unsafe: felt it' : 'known unsafe: did not feel it',
    );
  }
  return parts.length > 0 ? parts.join('; ') : 'measured, not judged';
}
