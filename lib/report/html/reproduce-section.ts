import type { ReportMeta } from '../report-input.ts';
import { formatCount } from '../../judge/format.ts';
import { bytesText, durationText } from '../words.ts';
import { html, type SafeHtml } from './html.ts';
import { section } from './section.ts';
import type { RunView } from './run-view.ts';

/** How to run it again, how to judge it again, and everything that the result depends on. */
export function reproduceSection(view: RunView, meta: ReportMeta): SafeHtml {
  const body = html`<div class="two">
    <div>
      <pre><code>${meta.commands.join('\n')}</code></pre>
      <ul class="files">
        ${meta.files.map((file) => html`<li><a href="${file.path}">${file.path}</a> <span class="muted">${bytesText(file.bytes)}${file.note === '' ? '' : `, ${file.note}`}</span></li>`)}
      </ul>
    </div>
    <dl class="facts">
      ${facts(view).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </div>`;
  return section(view, { key: 'reproduce', title: 'Reproduce', body });
}

function facts({ verdict, lanes }: RunView): readonly (readonly [string, string])[] {
  const { head } = verdict;
  const { cluster } = head;
  const standIn = cluster.nodeCache.standIn
    ? 'the project’s stand-in, not the upstream program'
    : 'the upstream program';
  const link = cluster.nodeCache.linkMadeByInitContainer
    ? '; the kernel has no dummy driver, an init container made the link'
    : '';
  const unique = (values: readonly string[]): string => [...new Set(values)].join(', ');
  return [
    [
      'Run',
      `${head.runId}, ${utc(head.startedAtUtc)}, ${durationText(verdict.durationNs)}, ${formatCount(verdict.lookups)} lookups`,
    ],
    ['Experiment', `${head.experiment}: ${head.commandLine}`],
    [
      'Cluster',
      `${cluster.kind} (${cluster.context}), Kubernetes ${cluster.kubernetesVersion}, ${cluster.nodes.length} nodes, kube-proxy ${cluster.kubeProxyMode}, ${cluster.containerRuntime}`,
    ],
    ['node-cache', `${cluster.nodeCache.program}, ${cluster.nodeCache.version}: ${standIn}${link}`],
    [
      'CoreDNS',
      `${cluster.coreDns.version}, ${cluster.coreDns.replicas} replicas on ${cluster.coreDns.nodes.join(', ')}`,
    ],
    [
      'Resolvers',
      unique(lanes.filter((lane) => lane.probe.resolver !== 'wire').map((lane) => lane.probe.resolverVersion)),
    ],
    ['Names', unique(lanes.map((lane) => `${lane.probe.queryName} (${lane.probe.nameKind})`))],
    ['Machine', `Linux ${cluster.kernel}, ${head.cpus} cores`],
    ['Drill', `${head.suiteVersion}, commit ${head.commit ?? 'unknown'}`],
  ];
}

/** `2026-11-24T03:12:44.120Z` → `2026-11-24 03:12:44 UTC`. */
function utc(iso: string): string {
  return `${iso.replace('T', ' ').replace(/(\.\d+)?Z$/, '')} UTC`;
}
