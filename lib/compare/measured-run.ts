import type { Journal } from '../journal/journal.ts';
import { formatCount, formatLimit } from '../judge/format.ts';
import type { ClaimVerdict, Result, Verdict } from '../judge/verdict.ts';
import { measureCells, type MeasuredCell } from './measured-cell.ts';

/** What a comparison keeps of one saved run of one experiment. */
export interface MeasuredRun {
  /** The folder as the user named it. */
  readonly folder: string;
  readonly runId: string;
  /** Repetitions of an experiment have its title in common. */
  readonly title: string;
  readonly result: Result;
  /** Why it says nothing of the set-ups; null when it does. */
  readonly inconclusive: string | null;
  /** What ran where, in words, by what it is: it need not be equal, since it may be what is compared, but a reader must know. */
  readonly surroundings: ReadonlyMap<string, string>;
  readonly claims: readonly MeasuredClaim[];
  readonly cells: readonly MeasuredCell[];
}

export interface MeasuredClaim extends Pick<ClaimVerdict, 'name' | 'claim' | 'result'> {
  /** Its bounds in words: a claim that was held to other limits is another claim. */
  readonly limits: string;
}

export function measureRun(folder: string, journal: Journal, verdict: Verdict): MeasuredRun {
  const { head } = journal;
  return {
    folder,
    runId: head.runId,
    title: head.title,
    result: verdict.result,
    inconclusive: whyInconclusive(journal, verdict),
    surroundings: surroundingsOf(verdict),
    claims: verdict.claims.map(({ name, claim, result, thresholds }) => ({
      ...{ name, claim, result },
      limits: limitsOf(thresholds),
    })),
    cells: measureCells(verdict),
  };
}

/** `thresholds.fallbackOverTimeout 2.5 s`, each once. Whose limits these are the cells say. */
function limitsOf(thresholds: ClaimVerdict['thresholds']): string {
  const limits = thresholds.map(
    ({ setting, limit, unit }) => `${setting} ${unit === 'ns' ? formatLimit(limit) : formatCount(limit)}`,
  );
  return [...new Set(limits)].sort().join(', ');
}

/** A broken claim of a run that was cut short is a fail, but its cells have not seen their ends. */
function whyInconclusive({ troubles }: Journal, { result, sentence, checks }: Verdict): string | null {
  const aborted = troubles.find(({ what }) => what === 'aborted');
  if (aborted !== undefined) return `it was aborted: ${aborted.message}`;
  if (result === 'inconclusive') return sentence;
  const cut = checks.find(({ name, result: found }) => name === 'run complete' && found === 'missed');
  return cut === undefined ? null : cut.found;
}

function surroundingsOf({ head, probes }: Verdict): ReadonlyMap<string, string> {
  const { cluster } = head;
  const programs = new Map(probes.map(({ resolver, resolverVersion }) => [`resolver ${resolver}`, resolverVersion]));
  return new Map([
    ['kind of cluster', cluster.kind],
    ['Kubernetes', cluster.kubernetesVersion],
    ['container runtime', cluster.containerRuntime],
    ['kernel', cluster.kernel],
    ['kube-proxy', cluster.kubeProxyMode],
    ['node-cache', `${cluster.nodeCache.program}, ${cluster.nodeCache.version}`],
    ['link of node-cache', cluster.nodeCache.linkMadeByInitContainer ? 'made by an init container' : 'its own'],
    ['CoreDNS', `${cluster.coreDns.version}, ${cluster.coreDns.replicas} replicas`],
    ['nodes', String(cluster.nodes.length)],
    ['processors', String(head.cpus)],
    ['suite', head.suiteVersion],
    ...programs,
  ]);
}
