import type { DrillConfig } from './drill-config.ts';

/** Which nodes a run may use at all. */
export interface Scope {
  /** Labels that a node must have, beside its site's. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** How many nodes may be under test at once. */
  readonly maxNodes: number;
}

/** The embedded cluster is there to be broken: all of it is in scope. */
export function scopeOf(kind: string, { cluster }: DrillConfig): Scope {
  if (kind === 'embedded') return { nodeSelector: {}, maxNodes: Infinity };
  const { nodeSelector, maxNodes } = cluster.existing;
  return { nodeSelector, maxNodes: maxNodes ?? Infinity };
}
