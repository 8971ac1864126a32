import type { DrillConfig } from './drill-config.ts';

/** Which nodes a run may use at all. */
export interface Scope {
  /** Labels that a node must have, beside its site's. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** How many nodes may be under test at once. */
  readonly maxNodes: number;
}

/** Contexts that may be harmed by a run on this cluster: the project's own clusters are there to be broken, any other must be named. */
export function mayBeHarmed(
  { kind, context }: { readonly kind: string; readonly context: string },
  { allowContexts }: DrillConfig,
): DrillConfig['allowContexts'] {
  return kind === 'existing' ? allowContexts : [context];
}

/** The project's own clusters are there to be broken: all of one is in scope. */
export function scopeOf(kind: string, { cluster }: DrillConfig): Scope {
  if (kind !== 'existing') return { nodeSelector: {}, maxNodes: Infinity };
  const { nodeSelector, maxNodes } = cluster.existing;
  return { nodeSelector, maxNodes: maxNodes ?? Infinity };
}
