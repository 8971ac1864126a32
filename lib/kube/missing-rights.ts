import { KubeError } from './kube-error.ts';
import type { Kube } from './kube.ts';

/** One verb on one kind of object, as RBAC names it (kubernetes.io/docs/reference/access-authn-authz/rbac). */
export interface Right {
  readonly verb: string;
  /** Empty: the core group. */
  readonly group: string;
  /** Plural, with a subresource after a slash: `pods/exec`. */
  readonly resource: string;
  /** Null: in the whole cluster. */
  readonly namespace: string | null;
  /** Only the object of this name. */
  readonly name?: string;
}

interface AccessReview {
  readonly status?: { readonly allowed?: boolean };
}

/**
 * Asks the API server which of these rights its user lacks (SelfSubjectAccessReview, which every user may create by default, and which
 * changes nothing). A server that does not answer such questions lacks nothing as far as is known.
 */
export async function missingRights(
  kube: Kube,
  rights: readonly Right[],
  signal: AbortSignal,
): Promise<readonly Right[]> {
  const allowed = await Promise.all(rights.map((right) => isAllowed(kube, right, signal)));
  return rights.filter((_, index) => allowed[index] === false);
}

/** `create pods/exec in namespace nodelocal-drill`. */
export function rightInWords({ verb, group, resource, namespace, name }: Right): string {
  const what = `${verb} ${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` "${name}"`}`;
  return namespace === null ? what : `${what} in namespace ${namespace}`;
}

async function isAllowed(kube: Kube, right: Right, signal: AbortSignal): Promise<boolean | null> {
  const { verb, group, namespace, name } = right;
  const [resource, subresource] = right.resource.split('/');
  const resourceAttributes = {
    verb,
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === null ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  try {
    return (await kube.json<AccessReview>('POST', path, { body, signal })).status?.allowed ?? null;
  } catch (error) {
    if (error instanceof KubeError && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}
