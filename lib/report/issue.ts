import { markdownTable } from 'markdown-table';
import stringWidth from 'string-width';
import type { ReportFile, ReportMeta, ReportRun } from './report-input.ts';
import { overallState, runState } from './run-state.ts';
import { escapeMarkdown, renderSummary } from './summary.ts';

/** GitHub takes 65,536 characters; what stands around the summary needs some of them. */
const mostSummaryBytes = 58_000;

/**
 * An issue that can be filed as it is: what did not pass, with its table, on what, how to see it again, and where the evidence is. Null
 * for a run that passed.
 */
export function renderIssue(runs: readonly ReportRun[], meta: ReportMeta, files: readonly ReportFile[]): string | null {
  const state = overallState(runs, meta);
  if (state === 'pass') return null;
  const failed = runs.filter((run) => runState(run) !== 'pass');
  const names = [
    ...failed.map(({ verdict }) => verdict.head.experiment),
    ...[...meta.broken, ...meta.skipped].map(({ experiment }) => experiment),
  ];
  const passed = runs.filter((run) => runState(run) === 'pass').map(({ verdict }) => verdict.head.experiment);
  return [
    `# nodelocal-drill: ${state}: ${escapeMarkdown([...new Set(names)].join(', ') || 'nothing ran')}`,
    '',
    renderSummary(failed, meta, mostSummaryBytes),
    ...(passed.length === 0 ? [] : [`Passed in the same run: ${escapeMarkdown(passed.join(', '))}.`, '']),
    '### Versions',
    '',
    versionsTable(runs),
    '',
    '### Evidence',
    '',
    `In \`results/${meta.runId}\`; diagnostics are redacted, journals hold names, addresses and answers of the probes.`,
    '',
    ...files.map(({ path, note }) => `- \`${path}\`: ${escapeMarkdown(note)}`),
    '',
  ].join('\n');
}

function versionsTable(runs: readonly ReportRun[]): string {
  const head = runs[0]?.verdict.head;
  if (head === undefined) return 'Not known: no experiment began.';
  const { cluster } = head;
  const nodes = cluster.nodes.map(({ name, site }) => (site === null ? name : `${name} (${site})`)).join(', ');
  const rows = [
    ['suite', `${head.suiteVersion}, commit ${head.commit ?? 'unknown'}`],
    ['cluster', `${cluster.kind}, Kubernetes ${cluster.kubernetesVersion}, kube-proxy ${cluster.kubeProxyMode}`],
    ['node-cache', `${cluster.nodeCache.program}, ${cluster.nodeCache.version}`],
    ['CoreDNS', `${cluster.coreDns.version}, ${cluster.coreDns.replicas} replicas`],
    ['container runtime', cluster.containerRuntime],
    ['kernel', cluster.kernel],
    ['nodes', nodes],
    ['started', head.startedAtUtc],
  ];
  return markdownTable([['what', 'which'], ...rows.map((row) => row.map(escapeMarkdown))], {
    stringLength: stringWidth,
  });
}
