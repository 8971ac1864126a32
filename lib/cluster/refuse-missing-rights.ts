import { KubeconfigError } from '../kube/kubeconfig-error.ts';
import type { Kube } from '../kube/kube.ts';
import { missingRights, rightInWords, type Right } from '../kube/missing-rights.ts';
import { readNamespace } from '../kube/objects.ts';
import { drillRights, optionalRights, namespaceRights, type DrillNamespaces } from './drill-rights.ts';

/**
 * Refuses a user who could begin a drill (or what else needs `needed`) and not end it: a right that lacks in the middle would leave things behind.
 * @throws KubeconfigError that names verb, resource and namespace
 */
export async function refuseMissingRights(
  kube: Kube,
  namespaces: DrillNamespaces,
  signal: AbortSignal,
  needed: readonly Right[] = neededRights(namespaces),
): Promise<void> {
  const missing = await missingRights(kube, needed, signal);
  refuse(kube, missing);
  if ((await readNamespace(kube, namespaces.probes, signal)) === null)
    refuse(kube, await missingRights(kube, namespaceRights(namespaces.probes), signal), {
      because: `namespace ${namespaces.probes} is not there, and`,
    });
}

function neededRights(namespaces: DrillNamespaces): readonly Right[] {
  const optional = new Set(optionalRights(namespaces).map(rightInWords));
  return drillRights(namespaces).filter((right) => !optional.has(rightInWords(right)));
}

/** Some are named, all are counted. */
function refuse(kube: Kube, missing: readonly Right[], { because = '' } = {}): void {
  if (missing.length === 0) return;
  const named = missing.slice(0, 3).map(rightInWords).join(', nor ');
  const more = missing.length > 3 ? ` (and ${missing.length - 3} more)` : '';
  throw new KubeconfigError(
    `${because}${because === '' ? '' : ' '}context "${kube.context}" may not ${named}${more}: nothing was changed; deploy/rbac.yaml has the rights of a drill (docs/rights.md)`,
  );
}
