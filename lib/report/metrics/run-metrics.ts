import type { Registry } from 'prom-client';
import type { ReportMeta, ReportRun } from '../report-input.ts';
import { exitCodeOf, overallState, runState, type RunState } from '../run-state.ts';
import { gauge, seconds, setState } from './gauge.ts';

const states: readonly RunState[] = ['pass', 'fail', 'inconclusive', 'aborted', 'broken', 'skipped'];

/** What was run where, and how each experiment ended. */
export function addRunMetrics(registry: Registry, runs: readonly ReportRun[], meta: ReportMeta): void {
  gauge(
    registry,
    'exit_code',
    'Exit code of the run: 0 pass, 1 fail, 2 inconclusive, 3 suite or cluster broke.',
    [],
  ).set(exitCodeOf(overallState(runs, meta)));
  const verdicts = gauge(registry, 'verdict', 'How an experiment ended: 1 for the result that it has.', [
    'experiment',
    'result',
  ]);
  for (const { experiment } of meta.broken) setState(verdicts, { experiment }, 'broken', states);
  for (const { experiment } of meta.skipped) setState(verdicts, { experiment }, 'skipped', states);
  for (const run of runs) setState(verdicts, { experiment: run.verdict.head.experiment }, runState(run), states);

  const duration = gauge(registry, 'experiment_duration_seconds', 'From the head of the journal to its last entry.', [
    'experiment',
  ]);
  for (const { verdict } of runs) duration.set({ experiment: verdict.head.experiment }, seconds(verdict.durationNs));
  addInfo(registry, runs, meta);
}

function addInfo(registry: Registry, runs: readonly ReportRun[], { runId }: ReportMeta): void {
  const head = runs[0]?.verdict.head;
  if (head === undefined) return;
  const { cluster } = head;
  const labels = {
    run_id: runId,
    suite_version: head.suiteVersion,
    commit: head.commit ?? '',
    cluster_kind: cluster.kind,
    kubernetes_version: cluster.kubernetesVersion,
    kube_proxy_mode: cluster.kubeProxyMode,
    node_cache: cluster.nodeCache.program,
    node_cache_version: cluster.nodeCache.version,
  };
  const names = Object.keys(labels) as readonly (keyof typeof labels)[];
  gauge(registry, 'run_info', 'What ran where; always 1.', names).set(labels, 1);
  gauge(registry, 'run_start_time_seconds', 'Start of the first experiment, since the Unix epoch.', []).set(
    Date.parse(head.startedAtUtc) / 1e3,
  );
}
