import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { projectRoot } from '../../lib/build/project-root.ts';
import { isConflict } from '../../lib/kube/kube-error.ts';
import type { Kube } from '../../lib/kube/kube.ts';

interface Manifest {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Creates what a file of deploy/ holds, in its order; a field that is unknown is refused. What is there already stays. */
export async function createFrom(
  kube: Kube,
  file: string,
  signal: AbortSignal,
  { dryRun = false, put = {} }: { readonly dryRun?: boolean; readonly put?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const text = await readFile(join(projectRoot, file), 'utf8');
  const whole = Object.entries(put).reduce((done, [name, value]) => done.replaceAll(`\${${name}}`, value), text);
  const query = `?fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
  for (const document of parseAllDocuments(whole)) {
    const object = document.toJS() as Manifest;
    try {
      await kube.json('POST', `${collectionOf(object)}${query}`, { body: object, signal });
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

function collectionOf({ kind, apiVersion, metadata: { namespace } }: Manifest): string {
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${group}${place}/${kind.toLowerCase()}s`;
}

/** A kubeconfig of a ServiceAccount of deploy/rbac.yaml with one context, as `kubectl create token` would let one make it. */
export async function tokenKubeconfig(
  kube: Kube,
  options: {
    readonly account: 'nodelocal-drill-look' | 'nodelocal-drill-drill';
    /** Of an administrator, for the API server's address and CA. */
    readonly kubeconfigPath: string;
    readonly context: string;
    readonly dir: string;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const { account, context, dir, signal } = options;
  const path = `/api/v1/namespaces/nodelocal-drill/serviceaccounts/${account}/token`;
  const { status } = await kube.json<{ readonly status: { readonly token: string } }>('POST', path, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
    signal,
  });
  const { clusters } = parse(await readFile(options.kubeconfigPath, 'utf8')) as {
    readonly clusters: readonly { readonly name: string }[];
  };
  const out = join(dir, 'kubeconfig');
  const kubeconfig = {
    clusters,
    users: [{ name: account, user: { token: status.token } }],
    contexts: [{ name: context, context: { cluster: clusters[0]?.name, user: account } }],
    'current-context': context,
  };
  await writeFile(out, JSON.stringify(kubeconfig), { mode: 0o600 });
  return out;
}
