import { allowedNames, findAllowed, type AllowedContext } from '../config/allowed-context.ts';
import { defaultKubeconfigPath } from '../kube/kubeconfig-path.ts';
import { nothingToRelease, type Cluster } from './cluster.ts';
import { ContextRefused } from './context-refused.ts';

export interface ExistingSettings {
  /** Default: the pod's ServiceAccount for context `in-cluster`, else the first file of $KUBECONFIG, else ~/.kube/config. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly siteLabel: string;
}

/**
 * A cluster that somebody else runs. Only a context that `allowContexts` names is taken, and that is decided here, before any request.
 * `reachExisting` then looks whether it answers, and has nodes with the sites' labels.
 */
export function acquireExisting(settings: ExistingSettings, allowContexts: readonly AllowedContext[]): Cluster {
  const { context } = settings;
  if (context === undefined) {
    throw new ContextRefused(
      'cluster.existing.context is not set: name the kubeconfig context that may be harmed, there and in allowContexts',
    );
  }
  if (findAllowed(context, allowContexts) === null) {
    const allowed =
      allowContexts.length === 0
        ? 'allowContexts is empty'
        : `allowContexts has ${allowedNames(allowContexts).join(', ')}`;
    throw new ContextRefused(
      `context "${context}" may not be harmed: ${allowed}. Nothing was sent to it. Add it to allowContexts in drill.config.ts if its DNS may break`,
    );
  }
  return {
    kind: 'existing',
    kubeconfigPath: settings.kubeconfig ?? defaultKubeconfigPath(context),
    context,
    siteLabel: settings.siteLabel,
    sites: ['both', 'link-local', 'control'],
    release: nothingToRelease,
  };
}
