import type { Pod } from '../kube/types.ts';

/** What draining a node means for the pods that run there. */
export interface DrainPlan {
  /** Their controllers make them anew on other nodes. */
  readonly evicted: readonly Pod[];
  /** Those of DaemonSets, and static ones: they belong to the node. */
  readonly stay: readonly Pod[];
  /** Why the node can't be drained without a loss: a pod that nobody makes anew, data that would be gone. */
  readonly refusals: readonly string[];
}

/** As `kubectl drain --ignore-daemonsets` sorts them (k8s.io/kubectl/pkg/drain/filters.go), with `--delete-emptydir-data` for `loseEmptyDir`. */
export function planDrain(pods: readonly Pod[], { loseEmptyDir }: { readonly loseEmptyDir: boolean }): DrainPlan {
  const evicted: Pod[] = [];
  const stay: Pod[] = [];
  const refusals: string[] = [];
  for (const pod of pods) {
    const { namespace = '', name = '', annotations, ownerReferences } = pod.metadata ?? {};
    const controller = ownerReferences?.find(({ controller }) => controller === true);
    const isStatic = annotations?.['kubernetes.io/config.mirror'] !== undefined;
    if (isStatic || controller?.kind === 'DaemonSet') {
      stay.push(pod);
      continue;
    }
    evicted.push(pod);
    if (controller === undefined) refusals.push(`pod ${namespace}/${name} has no controller that would make it anew`);
    else if (!loseEmptyDir && pod.spec?.volumes?.some(({ emptyDir }) => emptyDir !== undefined) === true)
      refusals.push(
        `pod ${namespace}/${name} has an emptyDir volume, whose data would be gone (drainEmptyDir allows it)`,
      );
  }
  return { evicted, stay, refusals };
}
