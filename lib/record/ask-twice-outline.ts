import type { AskTwicePlan } from '../probe/ask-twice-pod.ts';
import { podName } from '../probe/probe-pod.ts';

/** What will be created, line by line. */
export function askTwiceOutline(
  plans: readonly AskTwicePlan[],
  {
    where,
    namespace,
    image,
    leaseNamespace,
  }: { readonly where: string; readonly namespace: string; readonly image: string; readonly leaseNamespace: string },
): readonly string[] {
  return [
    `Will be created on ${where}, and removed before the report:`,
    `  Lease ${leaseNamespace}/nodelocal-drill, so that no drill runs meanwhile; namespace ${namespace}, where it is not there`,
    ...plans.map(
      ({ node, servers, metrics }) =>
        `  pod ${namespace}/${podName(`ask-twice/${node}`)} on node ${node}: image ${image}, dnsPolicy ClusterFirst, no rights; asks its first nameserver${servers.map((server) => ` and ${server}`).join('')}, reads ${metrics.map((each) => each.replace('=', ' at ')).join(', ') || 'no counters'}`,
    ),
  ];
}
