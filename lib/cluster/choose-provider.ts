import type { DrillConfig } from '../config/drill-config.ts';
import { findEngine } from './kind/engine.ts';
import { presentNodeImage } from './kind/node-image.ts';

export type Provider = Exclude<DrillConfig['cluster']['provider'], 'auto'>;

/** What is looked for on the machine; a test gives its own. */
export interface Lookup {
  readonly findEngine: typeof findEngine;
  readonly presentNodeImage: typeof presentNodeImage;
}

/**
 * The provider that the configuration names, and for `auto` kind where an engine answers that has a node image, else the embedded cluster. Nothing
 * is pulled or built to find out.
 */
export async function chooseProvider(
  { provider, kind }: DrillConfig['cluster'],
  signal: AbortSignal,
  lookup: Lookup = { findEngine, presentNodeImage },
): Promise<Provider> {
  if (provider !== 'auto') return provider;
  const engine = await lookup.findEngine(kind.engine, signal);
  if (engine === null) return 'embedded';
  return (await lookup.presentNodeImage(engine, kind.image, signal)) === null ? 'embedded' : 'kind';
}
