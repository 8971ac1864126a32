import type { SiteName } from '../journal/entry.ts';

/** A node in a role. */
export interface Site {
  readonly name: SiteName;
  readonly node: string;
}

/** Sites where node-cache is broken; the others only watch. */
export function isUnderTest({ name }: Pick<Site, 'name'>): boolean {
  return name !== 'control';
}
