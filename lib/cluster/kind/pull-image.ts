import { EngineFailed, runEngine, type Engine } from './engine.ts';
import { deadlineSignal } from '../../time/deadline-signal.ts';

/**
 * Has the engine pull an image.
 * @throws EngineFailed when it can't, or not within the limit
 */
export async function pullImage(
  engine: Pick<Engine, 'name'>,
  reference: string,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const limit = deadlineSignal(limitMs * 1e6, 'not pulled');
  try {
    await runEngine(engine, ['pull', '--quiet', reference], { signal: AbortSignal.any([signal, limit]) });
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted) throw error;
    throw new EngineFailed(`${engine.name} did not pull ${reference} within ${limitMs / 1000} s`, { cause: error });
  }
}
