import type { Kube } from './kube.ts';
import type { KubeNode } from './types.ts';

/** On a node that a run has cordoned; the value is the run's ID. A later run knows by it what an earlier one, killed, has left. */
export const cordonAnnotation = 'nodelocal-drill.dev/cordoned-by';

/** No new pods for this node. One that somebody else has cordoned stays as it is, and stays so after. @returns whether it was done here */
export async function cordon(kube: Kube, node: string, runId: string, signal: AbortSignal): Promise<boolean> {
  const found = await readNode(kube, node, signal);
  if (found.spec?.unschedulable === true) return false;
  await patchNode(
    kube,
    node,
    { metadata: { annotations: { [cordonAnnotation]: runId } }, spec: { unschedulable: true } },
    signal,
  );
  return true;
}

/** Takes back what `cordon` did, of this or an earlier run; harmless when there is nothing to take back. */
export async function uncordon(kube: Kube, node: string, signal: AbortSignal): Promise<void> {
  const found = await readNode(kube, node, signal);
  if (found.metadata?.annotations?.[cordonAnnotation] === undefined) return;
  const body = { metadata: { annotations: { [cordonAnnotation]: null } }, spec: { unschedulable: null } };
  await patchNode(kube, node, body, signal);
}

async function readNode(kube: Kube, node: string, signal: AbortSignal): Promise<KubeNode> {
  return kube.json<KubeNode>('GET', pathOf(node), { signal });
}

async function patchNode(kube: Kube, node: string, body: unknown, signal: AbortSignal): Promise<void> {
  await kube.json('PATCH', pathOf(node), { body, contentType: 'application/merge-patch+json', signal });
}

function pathOf(node: string): string {
  return `/api/v1/nodes/${encodeURIComponent(node)}`;
}
