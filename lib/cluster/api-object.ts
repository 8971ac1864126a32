/** One request to the API server: POST `manifest` to `path`. */
export interface ApiObject {
  readonly path: string;
  readonly manifest: unknown;
}

export const kubeSystem = 'kube-system';

/** A namespaced object of kube-system, by the plural of its kind. */
export function inKubeSystem(
  group: string,
  plural: string,
  kind: string,
  name: string,
  rest: Record<string, unknown>,
  labels = {},
): ApiObject {
  return {
    path: `${group === 'v1' ? '/api/v1' : `/apis/${group}`}/namespaces/${kubeSystem}/${plural}`,
    manifest: { apiVersion: group, kind, metadata: { name, namespace: kubeSystem, labels }, ...rest },
  };
}
