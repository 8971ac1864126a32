import { join } from 'node:path';
import { cachedFolder } from '../../build/cached-folder.ts';
import type { Progress } from '../../build/progress.ts';
import { pulledImageFolder } from '../embedded/images-folder.ts';
import { EngineFailed, runEngine, type Engine } from './engine.ts';
import { pullImage } from './pull-image.ts';

/** The version that the stand-in stands in for (docs/node-cache.md). */
const version = '1.26.8';
const reference = `registry.k8s.io/dns/k8s-dns-node-cache:${version}`;

/** Without a registry a pull fails at once; one that hangs is none. */
const pullLimitMs = 120_000;

/** An archive of the real node-cache, pulled once and kept; null where no registry has it for this machine. */
export async function pullNodeCache(
  engine: Pick<Engine, 'name'>,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<string | null> {
  try {
    const folder = await cachedFolder(pulledImageFolder(version), {
      signal,
      progress,
      build: async ({ into }) => {
        progress('node-cache', `${engine.name} pulls ${reference}`);
        await pullImage(engine, reference, { limitMs: pullLimitMs, signal });
        await runEngine(engine, ['save', '--output', join(into, archive), reference], { signal });
      },
    });
    return join(folder, archive);
  } catch (error) {
    if (!(error instanceof EngineFailed)) throw error;
    progress('node-cache', `${reference} can't be pulled: taking the stand-in`);
    return null;
  }
}

const archive = 'node-cache.tar';
