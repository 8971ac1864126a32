import type { SiteName } from '../journal/entry.ts';

/** A node in a role. */
export interface Site {
  readonly name: SiteName;
  readonly node: string;
  /**
   * Address of a CoreDNS pod that the control's probes ask, past node-cache and past every ClusterIP: there is no node left to be the control,
   * so it shares one that is under test.
   */
  readonly asksCoreDnsPod?: string;
}

/** Sites where node-cache is broken; the others only watch. */
export function isUnderTest({ name }: Pick<Site, 'name'>): boolean {
  return name !== 'control';
}
