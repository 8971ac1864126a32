import { join } from 'node:path';
import { execa } from 'execa';
import { embeddedStatus } from './status.ts';

/**
 * Imports the image of an archive into every node of the embedded cluster, whose own first process is the program that can.
 * @returns false when the cluster is not up
 * @throws when a node refuses it
 */
export async function loadImage(name: string, archive: string, signal: AbortSignal): Promise<boolean> {
  const status = await embeddedStatus(name);
  if (status.state !== 'up') return false;
  const loaded = await execa(`/proc/${status.pid}/exe`, ['load', join(status.dir, 'machine.json'), archive], {
    cancelSignal: signal,
    reject: false,
    stdin: 'ignore',
  });
  signal.throwIfAborted();
  if (loaded.failed)
    throw new Error(
      `${archive} was not loaded: ${loaded.stderr.trim().replace(/^machine: /, '') || loaded.shortMessage}`,
    );
  return true;
}
