import semver from 'semver';
import { isSet } from '../../kube/go-flags.ts';
import { directivesOf } from '../corefile.ts';
import { issue, measured, source, type Reference, type Severity } from '../finding.ts';
import { objectText } from '../object-name.ts';
import type { NodeCache } from '../node-cache.ts';
import { about, type Draft, type Rule } from './rule.ts';

interface Defect {
  /** Releases that have it, as semver writes ranges. */
  readonly releases: string;
  readonly severity: Severity;
  readonly what: string;
  readonly why: string;
  readonly change: string;
  readonly sources: readonly Reference[];
  /** Whether this set-up can meet it. */
  readonly applies?: (nodeCache: NodeCache) => boolean;
}

/** Releases with known defects, as far as one is known to begin or end with a release. */
const defects: readonly Defect[] = [
  {
    releases: '1.21.0',
    severity: 'problem',
    what: 'does not tear down when it is stopped',
    why: 'Link and rules stay after SIGTERM: every update is as bad as a crash.',
    change: 'Update.',
    sources: [issue('kubernetes/dns', 479)],
  },
  {
    releases: '<1.26.8',
    severity: 'risk',
    what: 'takes its link away before its rules when it is stopped',
    why: 'For that time the kube-dns ClusterIP is neither local nor translated by kube-proxy (NOTRACK), so that lookups vanish at every update.',
    change: 'Update to 1.26.8 or later.',
    sources: [
      issue('kubernetes/dns', 690),
      source('kubernetes/dns cmd/node-cache/app/cache_app.go, TeardownNetworking, 1.26.7 and 1.26.8'),
      measured('docs/node-cache.md'),
    ],
    applies: ({ flags, tearsDown }) => tearsDown && flags.get('setupiptables') !== 'false',
  },
  {
    releases: '>=1.0.0',
    severity: 'note',
    what: 'may hang when it is stopped while its Corefile is being reloaded',
    why: 'A deadlock of the reload plugin with the shutdown: kubelet kills it after the grace period, and rules stay.',
    change: 'Run 1.26.5 or later with -reloadwithsignal.',
    sources: [issue('kubernetes/dns', 453), issue('kubernetes/dns', 394)],
    applies: ({ version, flags, corefile }) =>
      directivesOf(corefile ?? [], 'reload').length > 0 &&
      !(isSet(flags, 'reloadwithsignal') && semver.gte(version ?? '0.0.0', '1.26.5')),
  },
];

export const versions: Rule = ({ nodeCaches }) =>
  nodeCaches.flatMap((nodeCache) =>
    defects
      .filter(({ releases, applies }) => hasRelease(nodeCache, releases) && (applies?.(nodeCache) ?? true))
      .map((defect): Draft => ({
        ...about(nodeCache),
        severity: defect.severity,
        what: `${objectText(nodeCache.object)} is node-cache ${nodeCache.version ?? ''}, which ${defect.what}`,
        why: defect.why,
        change: defect.change,
        sources: defect.sources,
      })),
  );

function hasRelease({ version }: NodeCache, releases: string): boolean {
  return version !== null && semver.satisfies(version, releases);
}
