import type { Progress } from '../../build/progress.ts';
import { MachineRefused } from '../embedded/machine-refused.ts';
import { runEngine, type Engine } from './engine.ts';
import { makeNodeImageRoot } from './make-node-image.ts';
import { ownRepository, presentNodeImage } from './node-image.ts';

/**
 * Makes the project's own node image, as far as it is not made yet, and gives it to the engine.
 * @returns its reference
 * @throws MachineRefused without root, which unpacking Debian packages needs
 */
export async function ownNodeImage(
  engine: Pick<Engine, 'name'>,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<string> {
  if (process.getuid?.() !== 0)
    throw new MachineRefused(
      'making a node image needs root, as Debian packages are unpacked for it: run `sudo npx nodelocal-drill cluster node-image`, or pull one with `docker pull kindest/node`',
    );
  const { tar, tag } = await makeNodeImageRoot({ signal, progress });
  const reference = `${ownRepository}:${tag}`;
  if ((await presentNodeImage(engine, reference, signal)) !== null) return reference;
  progress('node image', `giving it to ${engine.name} as ${reference}`);
  const changes = ['ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]', 'ENV container=docker'];
  await runEngine(engine, ['import', ...changes.flatMap((change) => ['--change', change]), tar, reference], { signal });
  return reference;
}
