import type {
  CoreV1Event,
  V1ConfigMap,
  V1Lease,
  V1Container,
  V1DaemonSet,
  V1Namespace,
  V1Node,
  V1Pod,
  V1PodSpec,
  V1Service,
} from '@kubernetes/client-node';

/** An object of the API as it is sent: plain data where the client library has classes, and times as text. */
type AsSent<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly AsSent<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: AsSent<T[Key]> }
      : T;

export type ConfigMap = AsSent<V1ConfigMap>;
export type Container = AsSent<V1Container>;
export type DaemonSet = AsSent<V1DaemonSet>;
export type KubeEvent = AsSent<CoreV1Event>;
export type KubeNode = AsSent<V1Node>;
export type Lease = AsSent<V1Lease>;
export type Namespace = AsSent<V1Namespace>;
export type Pod = AsSent<V1Pod>;
export type PodSpec = AsSent<V1PodSpec>;
export type Service = AsSent<V1Service>;

/** cilium.io/v2 (Cilium `pkg/k8s/apis/cilium.io/v2/clrp_types.go`): what is redirected to a pod of the same node. */
export interface RedirectPolicy {
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
  readonly spec?: {
    readonly redirectFrontend?: {
      readonly addressMatcher?: { readonly ip?: string };
      readonly serviceMatcher?: { readonly serviceName?: string; readonly namespace?: string };
    };
    readonly redirectBackend?: {
      readonly localEndpointSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    };
  };
}
