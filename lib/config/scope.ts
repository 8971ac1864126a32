import type { DrillConfig } from './drill-config.ts';

/** Which nodes a run may use at all. */
export interface Scope {
  /** Labels that a node must have, beside its site's. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** How many nodes may be under test at once. */
  readonly maxNodes: number;
}

/** The project's own clusters are there to be broken: all of one is in scope. */
export function scopeOf(kind: string, { cluster }: DrillConfig): Scope {
  if (kind !== 'existing') return { nodeSelector: {}, maxNodes: Infinity };
  const { nodeSelector, maxNodes } = cluster.existing;
  return { nodeSelector, maxNodes: maxNodes ?? Infinity };
}
