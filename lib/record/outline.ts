import type { DrillConfig } from '../config/drill-config.ts';
import { isUnderTest, type Site } from '../config/site.ts';
import { agentPod } from '../fault/agent-pod.ts';
import type { Pod, PodSpec } from '../kube/types.ts';
import type { ProbePlan } from '../probe/probe-plan.ts';
import { probePod } from '../probe/probe-pod.ts';
import { podLimitNs } from './node-agents.ts';
import type { Step } from './steps.ts';

export interface OutlineOptions {
  readonly config: DrillConfig;
  readonly sites: readonly Site[];
  readonly probes: readonly ProbePlan[];
  readonly steps: readonly Step[];
  /** All of node-cache's pods. */
  readonly nodeCachePods: readonly Pod[];
  readonly namespaceIsThere: boolean;
}

/**
 * What a drill would do, without doing it: created, killed, changed, each on a line. Pods are described by the very objects that would be
 * sent, so that this can't say less than is done.
 */
export function outlineOf(options: OutlineOptions): readonly string[] {
  const { config, sites, namespaceIsThere } = options;
  const { namespace } = config.probes;
  return [
    `would create  Lease ${config.nodeLocal.namespace}/nodelocal-drill, renewed while the run lasts, deleted at its end`,
    namespaceIsThere
      ? `              nothing in place of namespace ${namespace}, which is there and stays`
      : `              namespace ${namespace} (pod-security.kubernetes.io/enforce: privileged), deleted with all in it at the end`,
    ...sites.flatMap((site) => createdOn(site, options)),
    ...killed(options),
    ...sites
      .filter(isUnderTest)
      .map(
        (site) =>
          `would change  ${podOn(site, options)}: deleted before the drill, and after it if its container was restarted; its DaemonSet makes it anew`,
      ),
    `would delete  pods in namespace ${namespace} with the label of this or an earlier run`,
  ];
}

function createdOn(site: Site, { config, probes }: OutlineOptions): readonly string[] {
  const { namespace, image } = config.probes;
  const agent = agentPod(site, {
    runId: '',
    namespace,
    image,
    limitNs: podLimitNs(config),
    drillNs: config.timing.drill,
  });
  const own = probes.filter((plan) => plan.site.name === site.name);
  const { drain, drill, podsReady } = config.timing;
  const pods = own.map((plan) =>
    probePod(plan, { runId: '', probes: config.probes, drainNs: drain, limitNs: drill + podsReady }),
  );
  const where = `on ${site.node} (${site.name})`;
  const first = pods[0]?.spec;
  return [
    `              ${where}: pod ${namespace}/${agent.metadata?.name ?? ''}, ${rightsOf(agent.spec)}`,
    ...(first === undefined
      ? []
      : [`              ${where}: ${pods.length} probe pods in ${namespace}, ${rightsOf(first)}`]),
  ];
}

function killed({ steps, sites, ...rest }: OutlineOptions): readonly string[] {
  const times = new Map<string, number>();
  for (const step of steps)
    if (step.kind === 'inject') times.set(step.fault.kind, (times.get(step.fault.kind) ?? 0) + 1);
  if (times.size === 0) return ['would break   nothing'];
  return [...times].flatMap(([kind, count]) =>
    sites
      .filter(isUnderTest)
      .map(
        (site) =>
          `would break   ${count === 1 ? 'once' : `${count} times`}, ${kind}: ${podOn(site, { steps, sites, ...rest })}`,
      ),
  );
}

function podOn({ node, name }: Site, { nodeCachePods, config }: OutlineOptions): string {
  const pod = nodeCachePods.find(({ spec }) => spec?.nodeName === node);
  if (pod === undefined) return `node-cache on ${node} (${name}), where no pod of it runs now`;
  const container = pod.spec?.containers[0]?.name ?? '';
  return `pod ${config.nodeLocal.namespace}/${pod.metadata?.name ?? ''} (container ${container}) on ${node} (${name})`;
}

/** Image and rights of a pod of ours, as its spec has them. */
function rightsOf(spec: PodSpec | undefined): string {
  const [container] = spec?.containers ?? [];
  const { privileged, runAsUser, capabilities, readOnlyRootFilesystem } = container?.securityContext ?? {};
  const ends = spec?.activeDeadlineSeconds;
  return [
    `image ${container?.image ?? ''}`,
    ...(privileged === true ? ['privileged'] : []),
    ...(spec?.hostPID === true ? ['hostPID'] : []),
    ...(spec?.hostNetwork === true ? ['hostNetwork'] : []),
    ...(runAsUser === undefined ? [] : [`uid ${runAsUser}`]),
    ...(capabilities?.drop?.includes('ALL') === true ? ['no capability'] : []),
    ...(readOnlyRootFilesystem === true ? ['read-only root'] : []),
    spec?.automountServiceAccountToken === false ? 'no service account token' : 'with a service account token',
    ...(spec?.tolerations?.some(({ operator, key }) => operator === 'Exists' && key === undefined) === true
      ? ['tolerates every taint']
      : []),
    ...(ends === undefined ? [] : [`ends by itself after ${ends} s`]),
  ].join(', ');
}
