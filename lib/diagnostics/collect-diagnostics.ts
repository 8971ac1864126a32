import { readContainerLog } from '../kube/container-log.ts';
import type { Kube } from '../kube/kube.ts';
import { listNamespaceEvents, listNodes, listPods } from '../kube/objects.ts';
import type { KubeEvent, Pod } from '../kube/types.ts';
import { EvidenceFolder, type EvidenceLimits } from './evidence-folder.ts';

export interface DiagnosticsOptions {
  readonly kube: Kube;
  /** The folder to write; it is made. */
  readonly dir: string;
  readonly nodeCache: { readonly namespace: string; readonly selector: string };
  /** Where the suite's own pods are. */
  readonly probesNamespace: string;
  /** How to read kubelet's log, by node, on the project's own clusters; elsewhere the node keeps it in its journal, which nobody here can read. */
  readonly kubeletLogs: ReadonlyMap<string, () => Promise<string>>;
  readonly limits?: EvidenceLimits;
  readonly signal: AbortSignal;
}

/** Lines from the end of each log. */
const tailLines = 3000;

const mostEvents = 500;

/**
 * What a reader of a failed run wants to see of the cluster, as it was when it failed: logs of node-cache (and of the container that was
 * killed) and CoreDNS, events, pods, nodes, kubelet's log. Read only. What can't be had is noted and stops nothing.
 */
export async function collectDiagnostics(options: DiagnosticsOptions): Promise<void> {
  const { kube, dir, nodeCache, probesNamespace, kubeletLogs, signal } = options;
  const folder = new EvidenceFolder(dir, options.limits);
  // The most telling first: what comes when the folder is full is left out.
  await folder.attempt('logs of node-cache', () =>
    addLogs(folder, kube, { namespace: nodeCache.namespace, labels: nodeCache.selector }, signal),
  );
  const namespaces = [...new Set(['kube-system', nodeCache.namespace, probesNamespace])];
  for (const namespace of namespaces)
    await folder.attempt(`events of ${namespace}`, async () => {
      const events = await listNamespaceEvents(kube, namespace, mostEvents, signal);
      await folder.addLog(`events/${namespace}.txt`, eventsText(events));
    });
  await folder.attempt('logs of CoreDNS', () =>
    addLogs(folder, kube, { namespace: 'kube-system', labels: 'k8s-app=kube-dns' }, signal),
  );
  await folder.attempt('nodes', async () => {
    for (const node of await listNodes(kube, signal))
      await folder.addObject(`nodes/${node.metadata?.name ?? 'unnamed'}.yaml`, node);
  });
  for (const namespace of namespaces)
    await folder.attempt(`pods of ${namespace}`, async () => {
      for (const pod of (await listPods(kube, { namespace }, signal)).items)
        await folder.addObject(`pods/${namespace}/${pod.metadata?.name ?? 'unnamed'}.yaml`, pod);
    });
  for (const [node, readLog] of kubeletLogs)
    await folder.attempt(`kubelet of ${node}`, async () => folder.addLog(`kubelet/${node}.log`, await readLog()));
  if (kubeletLogs.size === 0)
    folder.note("kubelet's logs: not here, they are in each node's journal (journalctl -u kubelet)");
  await folder.finish('Diagnostics: the cluster as it was before anything was put back');
}

async function addLogs(
  folder: EvidenceFolder,
  kube: Kube,
  filter: { readonly namespace: string; readonly labels: string },
  signal: AbortSignal,
): Promise<void> {
  const { items } = await listPods(kube, filter, signal);
  if (items.length === 0) folder.note(`logs of ${filter.labels}: there is no such pod in ${filter.namespace}`);
  for (const pod of items) await addLogsOf(folder, kube, pod, filter.namespace, signal);
}

async function addLogsOf(
  folder: EvidenceFolder,
  kube: Kube,
  pod: Pod,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  const name = pod.metadata?.name ?? '';
  for (const container of pod.spec?.containers ?? [])
    for (const previous of [false, true]) {
      const file = `logs/${namespace}/${name}/${container.name}${previous ? '.previous' : ''}.log`;
      await folder.attempt(file, async () => {
        const options = { container: container.name, previous, tailLines };
        const log = await readContainerLog(kube, { namespace, name }, options, signal);
        if (log !== null) await folder.addLog(file, log);
        else folder.note(`${file}: ${previous ? 'it was not restarted' : 'it has no log'}`);
      });
    }
}

/** As `kubectl get events` has it: time, type, reason, object, message. */
function eventsText(events: readonly KubeEvent[]): string {
  return events
    .map((event) => {
      const { type, reason, message, count, involvedObject } = event;
      const at = event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';
      const times = count !== undefined && count > 1 ? ` (${count} times)` : '';
      const object = `${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}`;
      return `${at}  ${type ?? ''}  ${reason ?? ''}  ${object}  ${message ?? ''}${times}\n`;
    })
    .sort()
    .join('');
}
