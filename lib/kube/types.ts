/** The few Kubernetes types that the suite speaks of, as @kubernetes/client-node declares them. */
export type {
  CoreV1Event as KubeEvent,
  V1ConfigMap as ConfigMap,
  V1Namespace as Namespace,
  V1Node as KubeNode,
  V1Pod as Pod,
  V1PodSpec as PodSpec,
  V1Service as Service,
} from '@kubernetes/client-node';
