import { findAllowed } from '../config/allowed-context.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { otherCluster, readClusterUid } from '../kube/cluster-uid.ts';
import { readDnsService } from '../kube/find-dns-service.ts';
import { KubeconfigError } from '../kube/kubeconfig-error.ts';
import { connect } from '../kube/connect.ts';
import type { Kube } from '../kube/kube.ts';
import { KubeError } from '../kube/kube-error.ts';
import { listNodes, listPods } from '../kube/objects.ts';
import type { KubeNode } from '../kube/types.ts';
import { until } from '../time/until.ts';
import type { Cluster } from './cluster.ts';
import { ContextRefused } from './context-refused.ts';
import { refuseMissingRights } from './refuse-missing-rights.ts';
import { unfitCluster } from './unfit-cluster.ts';
import { deadlineSignal } from '../time/deadline-signal.ts';

/** An API server that restarts is back in a few seconds; a wrong address never answers. */
const patienceNs = 8e9;
const oneRequestMs = 5_000;
/** Some thirty small questions at once. */
const rightsMs = 20_000;

/**
 * Asks somebody else's cluster who it is, for its nodes and for the user's rights, to refuse what can't work before anything is created in it.
 * @returns the cluster's UID
 * @throws ContextRefused when it is not the cluster that `allowContexts` pins
 * @throws KubeconfigError when the kubeconfig, its credentials, their rights or the labels of the nodes are not right
 * @throws ClusterRefused when it is no cluster that the suite can judge
 * @throws when the API server does not answer
 */
export async function reachExisting(
  { kubeconfigPath, context, siteLabel, sites }: Cluster,
  { allowContexts, nodeLocal, probes }: Pick<DrillConfig, 'allowContexts' | 'nodeLocal' | 'probes'>,
  signal: AbortSignal,
): Promise<string> {
  const kube = await connect({ kubeconfigPath, context, allowContexts: [context] });
  const answer = await until(async () => readOrRefusal(kube, kubeconfigPath, signal), {
    what: `the API server ${serverOf(kube)} of context "${context}" in ${kubeconfigPath}`,
    deadlineNs: patienceNs,
    everyNs: 1e9,
    signal,
  });
  if (answer instanceof KubeconfigError) throw answer;
  if (answer instanceof KubeError)
    throw new KubeconfigError(
      `the API server ${serverOf(kube)} refuses the credentials of context "${context}" in ${kubeconfigPath}: ${answer.message}`,
      { cause: answer },
    );
  const { uid, nodes } = answer;
  const pinned = findAllowed(context, allowContexts)?.uid ?? null;
  if (pinned !== null && pinned !== uid) throw new ContextRefused(otherCluster(context, uid, pinned));
  if (!nodes.some(({ metadata }) => sites.some((site) => metadata?.labels?.[siteLabel] === site)))
    throw new KubeconfigError(
      `none of the ${nodes.length} nodes of context "${context}" has the label ${siteLabel} with one of ${sites.join(', ')}: label those whose DNS may break, such as \`kubectl label node <name> ${siteLabel}=${sites[0] ?? ''}\``,
    );
  const namespaces = { nodeCache: nodeLocal.namespace, probes: probes.namespace };
  await refuseMissingRights(
    kube,
    namespaces,
    AbortSignal.any([
      signal,
      deadlineSignal(
        rightsMs * 1e6,
        `the API server of context "${kube.context}" did not say within ${rightsMs / 1000} s what may be done there: is it overloaded?`,
      ),
    ]),
  );
  const unfit = unfitCluster({
    nodes,
    dnsService: await readDnsService(kube, signal),
    nodeCachePods: (await listPods(kube, { namespace: namespaces.nodeCache, labels: nodeLocal.selector }, signal))
      .items,
    siteLabel,
  });
  if (unfit !== null) throw unfit;
  return uid;
}

/** What stays as it is, however often one asks, is given back: a 401 or 403, and credentials that can't even be put into a request. */
async function readOrRefusal(
  kube: Kube,
  kubeconfigPath: string,
  signal: AbortSignal,
): Promise<{ readonly uid: string; readonly nodes: readonly KubeNode[] } | KubeError | KubeconfigError> {
  const patience = AbortSignal.any([
    signal,
    deadlineSignal(
      oneRequestMs * 1e6,
      `the API server of context "${kube.context}" did not answer within ${oneRequestMs / 1000} s`,
    ),
  ]);
  try {
    return { uid: await readClusterUid(kube, patience), nodes: await listNodes(kube, patience) };
  } catch (error) {
    if (error instanceof KubeError && (error.status === 401 || error.status === 403)) return error;
    if (error instanceof KubeError || patience.aborted || !(error instanceof Error)) throw error;
    return new KubeconfigError(
      `kubeconfig ${kubeconfigPath} can't be used for context "${kube.context}": ${error.message}`,
      { cause: error },
    );
  }
}

function serverOf(kube: Kube): string {
  return kube.config.getCurrentCluster()?.server ?? 'without an address';
}
