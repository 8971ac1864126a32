import { roleLabel, runLabel } from '../kube/run-labels.ts';
import type { Pod } from '../kube/types.ts';
import { nothingBeyondResolving } from './nothing-beyond-resolving.ts';
import { podName } from './probe-pod.ts';

/** What a pod on one node asks (probes/node/ask-twice.ts). */
export interface AskTwicePlan {
  readonly node: string;
  /** Names that are asked for end with it; it is a zone in which they can't exist. */
  readonly suffix: string;
  /** Asked after the pod's own first nameserver. */
  readonly servers: readonly string[];
  /** `node-cache=http://172.30.0.2:9253/metrics` */
  readonly metrics: readonly string[];
}

export interface AskTwicePodOptions {
  readonly runId: string;
  readonly namespace: string;
  readonly image: string;
  /** After this the pod ends by itself, though whoever made it may be dead. */
  readonly limitNs: number;
}

/** A pod as any other of the cluster, with the resolv.conf that kubelet writes; it asks, prints what it saw, and ends. */
export function askTwicePod(plan: AskTwicePlan, { runId, namespace, image, limitNs }: AskTwicePodOptions): Pod {
  const flags = [
    ...['--suffix', plan.suffix],
    ...plan.servers.flatMap((server) => ['--server', server]),
    ...plan.metrics.flatMap((each) => ['--metrics', each]),
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(`ask-twice/${plan.node}`),
      namespace,
      labels: { [runLabel]: runId, [roleLabel]: 'ask-twice' },
    },
    spec: {
      dnsPolicy: 'ClusterFirst',
      nodeName: plan.node,
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      activeDeadlineSeconds: Math.ceil(limitNs / 1e9),
      terminationGracePeriodSeconds: 1,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'ask-twice',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '/probe/ask-twice.js', ...flags],
          securityContext: nothingBeyondResolving,
          resources: { requests: { cpu: '5m', memory: '8Mi' } },
        },
      ],
    },
  };
}
