import type { Right } from '../kube/missing-rights.ts';

export interface DrillNamespaces {
  /** Where node-cache runs. */
  readonly nodeCache: string;
  /** Where probes and node agents run. */
  readonly probes: string;
}

/**
 * What a drill does on a cluster, right by right. The role `drill` of deploy/rbac.yaml grants these and no more (a unit test compares them), and
 * they are asked for before anything is touched.
 */
export function drillRights({ nodeCache, probes }: DrillNamespaces): readonly Right[] {
  return unique([
    // Sites are labels of nodes; versions and addresses are facts of the run. Nodes have no namespace.
    ...core(null, ['list'], 'nodes'),
    ...core(null, ['get'], 'namespaces', probes),
    // Its UID tells one cluster from another (`allowContexts`).
    ...core(null, ['get'], 'namespaces', 'kube-system'),
    // Probes and node agents: made, watched, read, swept by label.
    ...core(probes, ['get', 'list', 'watch', 'create', 'delete', 'deletecollection'], 'pods'),
    ...core(probes, ['get'], 'pods/log'),
    // The node agent is driven by its stdin. A WebSocket is opened by GET, and from Kubernetes 1.35 on it needs `create` too.
    ...core(probes, ['get', 'create'], 'pods/exec'),
    ...core(probes, ['list'], 'events'),
    // A fresh node-cache pod has no back-off. RBAC knows no labels: this may delete any pod of that namespace.
    ...core(nodeCache, ['list', 'watch', 'delete'], 'pods'),
    ...lease(nodeCache),
    ...core('kube-system', ['list'], 'pods'),
    ...core('kube-system', ['get'], 'services', 'kube-dns'),
    ...core('kube-system', ['get'], 'services', 'kube-dns-upstream'),
    ...core('kube-system', ['get'], 'configmaps', 'kube-proxy'),
    ...optionalRights({ nodeCache, probes }),
  ]);
}

/**
 * Without these a drill runs all the same: to write down what a failed run wants to show (`diagnostics/`), and to find cluster DNS where its Service
 * has another name than kube-dns.
 */
export function optionalRights({ nodeCache }: DrillNamespaces): readonly Right[] {
  return unique([
    ...[nodeCache, 'kube-system'].flatMap((each) => [
      ...core(each, ['get'], 'pods/log'),
      ...core(each, ['list'], 'events'),
    ]),
    ...core('kube-system', ['list'], 'services'),
  ]);
}

/** What the pods of `verify --probe` need: a part of the above. What it looks at is of the role `look`. */
export function askTwiceRights({ nodeCache, probes }: DrillNamespaces): readonly Right[] {
  return [
    ...core(null, ['get'], 'namespaces', probes),
    ...core(probes, ['list', 'watch', 'create', 'deletecollection'], 'pods'),
    ...core(probes, ['get'], 'pods/log'),
    ...lease(nodeCache),
  ];
}

/** More for a namespace of the probes that is not there: each run makes and removes it. */
export function namespaceRights(probes: string): readonly Right[] {
  return [...core(null, ['create'], 'namespaces'), ...core(null, ['delete'], 'namespaces', probes)];
}

/** One run at a time (lib/kube/run-lease.ts). `create` can't be bound to a name. */
function lease(namespace: string): readonly Right[] {
  const right = { group: 'coordination.k8s.io', resource: 'leases', namespace };
  return [
    { ...right, verb: 'create' },
    ...['get', 'update', 'delete'].map((verb) => ({ ...right, verb, name: 'nodelocal-drill' })),
  ];
}

function core(namespace: string | null, verbs: readonly string[], resource: string, name?: string): readonly Right[] {
  return verbs.map((verb) => ({ verb, group: '', resource, namespace, ...(name === undefined ? {} : { name }) }));
}

function unique(rights: readonly Right[]): readonly Right[] {
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
}
