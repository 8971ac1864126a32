import type { Site } from '../config/site.ts';
import { siteNameSchema, type SiteName } from '../journal/entry.ts';
import type { Kube } from '../kube/kube.ts';
import { listNodes } from '../kube/objects.ts';

/** Sites by the label of the nodes, in the order of `wanted`; of several nodes with the same site the first by name. */
export async function findSites(
  kube: Kube,
  options: { readonly siteLabel: string; readonly wanted: readonly SiteName[]; readonly signal: AbortSignal },
): Promise<readonly Site[]> {
  const labelled = (await listNodes(kube, options.signal))
    .map(({ metadata }) => ({
      node: metadata?.name ?? '',
      site: siteNameSchema.safeParse(metadata?.labels?.[options.siteLabel]),
    }))
    .sort((a, b) => a.node.localeCompare(b.node));
  const sites = options.wanted.flatMap((name): readonly Site[] => {
    const found = labelled.find(({ site }) => site.success && site.data === name);
    return found === undefined ? [] : [{ name, node: found.node }];
  });
  if (sites.length === 0)
    throw new Error(
      `no node of context "${kube.context}" has the label ${options.siteLabel} with one of ${options.wanted.join(', ')}: label the nodes that may be broken`,
    );
  return sites;
}
