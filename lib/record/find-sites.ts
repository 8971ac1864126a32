import type { Scope } from '../config/scope.ts';
import { isUnderTest, type Site } from '../config/site.ts';
import { siteNameSchema, type SiteName } from '../journal/entry.ts';
import type { Kube } from '../kube/kube.ts';
import { hasLabels } from '../kube/has-labels.ts';
import { listNodes } from '../kube/objects.ts';

/**
 * Sites by the label of the nodes that are in scope, in the order of `wanted`; of several nodes with the same site the first by name, and no more
 * under test than the scope allows.
 */
export async function findSites(
  kube: Kube,
  options: {
    readonly siteLabel: string;
    readonly wanted: readonly SiteName[];
    /** Default: every node. */
    readonly scope?: Scope;
    readonly signal: AbortSignal;
  },
): Promise<readonly Site[]> {
  const { nodeSelector, maxNodes } = options.scope ?? { nodeSelector: {}, maxNodes: Infinity };
  const inScope = Object.entries(nodeSelector);
  const labelled = (await listNodes(kube, options.signal))
    .filter(({ metadata }) => hasLabels(metadata?.labels, nodeSelector))
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
      `no node of context "${kube.context}"${inScope.length === 0 ? '' : ` with ${inScope.map((each) => each.join('=')).join(', ')} (nodeSelector)`} has the label ${options.siteLabel} with one of ${options.wanted.join(', ')}: label the nodes that may be broken`,
    );
  const underTest = sites.filter(isUnderTest).slice(0, maxNodes);
  return sites.filter((site) => !isUnderTest(site) || underTest.includes(site));
}
