import type { Probe } from '../journal/entry.ts';

/** True when the control had no node of its own: its probes ran on one under test, and asked a CoreDNS pod directly. */
export function controlSharesNode(probes: readonly Pick<Probe, 'site' | 'node'>[]): boolean {
  const underTest = new Set(probes.filter(({ site }) => site !== 'control').map(({ node }) => node));
  return probes.some(({ site, node }) => site === 'control' && underTest.has(node));
}
