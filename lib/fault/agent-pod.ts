import { roleLabel, runLabel, siteOfPodLabel } from '../kube/run-labels.ts';
import type { ObjectRef } from '../kube/objects.ts';
import type { Pod } from '../kube/types.ts';
import type { Site } from '../config/site.ts';

/**
 * How long the agent holds on to what is in force without a sign of life of its runner: time for an API server that is started anew, and for
 * it to read roles and accounts again. A fault that a dead runner leaves lasts that much longer, which is what a drill's own phases last.
 */
export const agentGraceNs = 30e9;

export interface AgentPodOptions {
  readonly runId: string;
  readonly namespace: string;
  readonly image: string;
  /** After this the pod ends by itself, though its runner may be dead: nobody shall find a privileged pod there. */
  readonly limitNs: number;
  /** After this everything that is in force is reverted, whoever still listens; counted from the first session. */
  readonly drillNs: number;
}

export function agentPodRef({ name }: Pick<Site, 'name'>, namespace: string): ObjectRef {
  return { namespace, name: `agent-${name}` };
}

/** The node agent's pod: it sees the node's processes and network, and may signal and watch them. */
export function agentPod(site: Site, { runId, namespace, image, limitNs, drillNs }: AgentPodOptions): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...agentPodRef(site, namespace),
      labels: { [runLabel]: runId, [siteOfPodLabel]: site.name, [roleLabel]: 'agent' },
    },
    spec: {
      nodeName: site.node,
      hostPID: true,
      hostNetwork: true,
      dnsPolicy: 'Default',
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      activeDeadlineSeconds: Math.ceil(limitNs / 1e9),
      terminationGracePeriodSeconds: 5,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'agent',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['/agent', 'hold', '--limit-s', seconds(drillNs), '--grace-s', seconds(agentGraceNs)],
          securityContext: { privileged: true },
          resources: { requests: { cpu: '5m', memory: '16Mi' } },
        },
      ],
    },
  };
}

function seconds(ns: number): string {
  return String(Math.ceil(ns / 1e9));
}
