import type { DnsConfig, Resolver } from '../journal/entry.ts';
import type { Site } from '../config/site.ts';

/** One probe before it has a pod. */
export interface ProbePlan {
  /** `<site>/<dnsConfig>/<resolver>/<busy|quiet>`, and `/<name>` for a further name; unique in the drill. */
  readonly id: string;
  readonly site: Site;
  readonly dnsConfig: DnsConfig;
  readonly resolver: Resolver;
  readonly rate: 'busy' | 'quiet';
  readonly intervalNs: number;
  readonly queryName: string;
  readonly nameKind: string;
}
