import type { Progress } from '../../build/progress.ts';
import type { KindSettings } from '../../config/kind-settings.ts';
import { MachineRefused } from '../embedded/machine-refused.ts';
import { EngineFailed, findEngine, type Engine } from './engine.ts';
import { presentNodeImage, proposedImage } from './node-image.ts';
import { pullImage } from './pull-image.ts';

/**
 * An engine that answers.
 * @throws MachineRefused when none does
 */
export async function requireEngine({ engine: only }: KindSettings, signal: AbortSignal): Promise<Engine> {
  const engine = await findEngine(only, signal);
  if (engine !== null) return engine;
  throw new MachineRefused(
    `kind needs a container engine, and ${only === undefined ? 'neither docker nor podman answers' : `${only} does not answer`}: start one and see that \`${only ?? 'docker'} info\` works for this user, or take cluster.provider "embedded"`,
  );
}

/**
 * A node image that the engine has, pulled if need be.
 * @throws MachineRefused when there is none and none can be pulled, with the way to one
 */
export async function requireNodeImage(
  engine: Engine,
  { image }: KindSettings,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<string> {
  const present = await presentNodeImage(engine, image, signal);
  if (present !== null) return present;
  const wanted = image ?? proposedImage;
  progress('node image', `${engine.name} pulls ${wanted}: about 400 MB, once`);
  try {
    await pullImage(engine, wanted, { limitMs: pullLimitMs, signal });
    return wanted;
  } catch (error) {
    if (!(error instanceof EngineFailed)) throw error;
    throw new MachineRefused(
      `${engine.name} has no kind node image, and ${wanted} can't be pulled: make one without a registry with \`sudo npx nodelocal-drill cluster node-image\`, or name one in cluster.kind.image`,
      { cause: error },
    );
  }
}

const pullLimitMs = 15 * 60_000;
