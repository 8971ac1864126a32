/** An object of the cluster, by name. */
export interface ObjectName {
  readonly kind: string;
  /** Null for one that has no namespace, such as a node. */
  readonly namespace: string | null;
  readonly name: string;
}

/** `DaemonSet kube-system/node-local-dns`. */
export function objectText({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace === null ? '' : `${namespace}/`}${name}`;
}
