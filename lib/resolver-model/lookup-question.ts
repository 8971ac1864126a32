import type { DnsConfig, Resolver } from '../journal/entry.ts';
import type { Nameserver } from './nameserver.ts';
import type { Range } from './range.ts';

/** The lines of resolv.conf that a resolver acts on. */
export type ResolvConf = Pick<DnsConfig, 'nameservers' | 'searches' | 'ndots' | 'timeoutS' | 'attempts'>;

export interface LookupQuestion {
  readonly resolver: Resolver;
  readonly resolvConf: ResolvConf;
  /** State over time of each nameserver that resolv.conf names. */
  readonly nameservers: readonly Nameserver[];
  /** As the application gives it. */
  readonly name: string;
  /** Which full names exist; all others are answered with NXDOMAIN. */
  readonly exists: (fullName: string) => boolean;
  /** When the lookup begins. */
  readonly dueNs: number;
  /** Whether a closed port may refuse; a client that asks often is mostly met with silence, and the worst case is that. */
  readonly refusals: 'possible' | 'never';
  /** glibc only: one of the two first answers (A, AAAA) came, and then the server fell silent. */
  readonly heardHalf?: boolean;
  /** c-ares only: whether the channel has had answers before, from which it derives shorter timeouts. */
  readonly history: 'warm' | 'cold';
}

/** What a lookup may give: the latencies, in ns, at which it may be answered and may fail; null: it can't. */
export interface ExpectedLookup {
  readonly answered: Range | null;
  readonly failed: Range | null;
  /** The queries on the slowest way, for people. */
  readonly why: string;
}
