import type { SiteName } from '../journal/entry.ts';

/** A cluster that experiments may use. Nothing above `lib/cluster` knows which kind it is. */
export interface Cluster {
  readonly kind: 'embedded' | 'kind' | 'existing';
  readonly kubeconfigPath: string;
  /** The kubeconfig context that may be harmed. */
  readonly context: string;
  /** How nodes are told to be a site: by this label, with the site's name as value. */
  readonly siteLabel: string;
  readonly sites: readonly SiteName[];
  /** Puts away what this process brought up; leaves a cluster that was there before. */
  release(): Promise<void>;
}

/** Of a cluster that this process neither brought up nor locked. */
export async function nothingToRelease(): Promise<void> {
  // It stays as it is.
}
