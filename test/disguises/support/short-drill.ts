import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDrillCluster, type DrillCluster } from '../../../fixtures/drill-cluster.ts';
import { JournalTail } from '../../../fixtures/journal-tail.ts';
import { setClusterAccess } from '../../../fixtures/run-context.ts';
import { noProgress } from '../../../lib/build/progress.ts';
import { acquireCluster } from '../../../lib/cluster/acquire-cluster.ts';
import type { PhaseMark } from '../../../lib/journal/entry.ts';
import type { Journal } from '../../../lib/journal/journal.ts';
import { readJournal } from '../../../lib/journal/read-journal.ts';
import { judge } from '../../../lib/judge/judge.ts';
import type { Verdict } from '../../../lib/judge/verdict.ts';
import { killNodeCache } from '../../../lib/fault/kill-node-cache.ts';
import { planProbes } from '../../../lib/probe/plan-probes.ts';
import { record } from '../../../lib/record/record.ts';
import { baseline, inject, recovery, type Step } from '../../../lib/record/steps.ts';
import { until } from '../../../lib/time/until.ts';
import { shortConfig, shortHypothesis, type ShortProbes } from './short-plan.ts';

/** How somebody else's cluster is met: by kubeconfig and context alone. */
export interface Met {
  readonly kubeconfigPath: string;
  readonly context: string;
}

export interface ShortDrillOptions {
  readonly probes?: ShortProbes;
  /** What happens to the cluster, and from the beginning of which phase on. */
  readonly meanwhile?: { readonly phase: PhaseMark['phase']; readonly act: () => Promise<void> };
  /** Without it node-cache is killed once. */
  readonly steps?: readonly Step[];
}

export interface Drilled {
  readonly cluster: DrillCluster;
  readonly journal: Journal;
  readonly verdict: Verdict;
  /** What the recorder threw; null when it went to the end. */
  readonly error: unknown;
}

export function killOnce(baselineNs: number): readonly Step[] {
  return [baseline(baselineNs), inject(killNodeCache), recovery(4e9)];
}

/**
 * One kill of node-cache on a cluster of kind `existing`, with few probes and short phases, judged like any other drill: some 20 s. A
 * second kill would wait for kubelet's back-off, which no disguise changes.
 */
export async function shortDrill(met: Met, options: ShortDrillOptions = {}): Promise<Drilled> {
  const config = shortConfig(met, options.probes);
  const signal = AbortSignal.timeout(180_000);
  const user = { runId: null, command: 'a test', wait: true };
  setClusterAccess(accessOf(await acquireCluster(config, { user, signal, progress: noProgress })));
  const cluster = await openDrillCluster(config, signal);
  await using dir = await mkdtempDisposable(join(tmpdir(), 'short-drill-'));
  const path = join(dir.path, 'journal.ndjson');
  let error: unknown = null;
  const recording = record({
    ...cluster,
    sites: cluster.sites.all,
    config,
    hypothesis: shortHypothesis,
    probes: planProbes({ sites: cluster.sites.all, dns: cluster.facts, settings: config.probes }),
    steps: options.steps ?? killOnce(2e9),
    runId: 'short-drill',
    experiment: 'short-drill',
    title: 'node-cache is killed once',
    dir: dir.path,
    signal,
  }).catch((reason: unknown) => (error = reason));
  const { meanwhile } = options;
  if (meanwhile !== undefined)
    await Promise.race([recording, phaseBegun(path, meanwhile.phase, signal).then(meanwhile.act)]);
  await recording;
  const journal = await readJournal(path);
  return { cluster, journal, verdict: judge(shortHypothesis, journal), error };
}

function accessOf({ kind, kubeconfigPath, context, siteLabel }: Awaited<ReturnType<typeof acquireCluster>>) {
  return { kind, kubeconfigPath, context, siteLabel };
}

async function phaseBegun(path: string, phase: PhaseMark['phase'], signal: AbortSignal): Promise<void> {
  const begun = () => {
    using tail = new JournalTail(path);
    return Promise.resolve(tail.read().some((entry) => entry.type === 'phase' && entry.phase === phase) ? true : null);
  };
  await until(begun, { what: `the phase ${phase}`, deadlineNs: 60e9, everyNs: 100e6, signal });
}
