import { rm } from 'node:fs/promises';
import { EngineFailed, runEngine, type Engine } from './engine.ts';
import { kindDir } from './paths.ts';

/**
 * Ends a kind cluster and leaves nothing of it: its containers with their volumes, and the folder. Idempotent, and right after any crash; kind itself
 * does the same (`kind delete cluster`), and would have to be built first.
 */
export async function kindDown(engine: Pick<Engine, 'name'>, name: string, signal: AbortSignal): Promise<void> {
  const filter = ['--all', '--quiet', '--filter', `label=io.x-k8s.kind.cluster=${name}`];
  const containers = (await runEngine(engine, ['ps', ...filter], { signal })).split('\n').filter((id) => id !== '');
  const volumes = await volumesOf(engine, containers, signal);
  if (containers.length > 0) await runEngine(engine, ['rm', '--force', '--volumes', ...containers], { signal });
  for (const volume of volumes) await removeVolume(engine, volume, signal);
  await rm(kindDir(name), { recursive: true, force: true });
}

/** With podman kind names its volumes itself, and so they are not removed with the container. */
async function volumesOf(
  engine: Pick<Engine, 'name'>,
  containers: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (containers.length === 0) return [];
  const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}}\n{{end}}{{end}}';
  const names = await runEngine(engine, ['inspect', '--format', format, ...containers], { signal });
  return names.split('\n').filter((name) => name !== '');
}

async function removeVolume(engine: Pick<Engine, 'name'>, volume: string, signal: AbortSignal): Promise<void> {
  try {
    await runEngine(engine, ['volume', 'rm', '--force', volume], { signal });
  } catch (error) {
    if (!(error instanceof EngineFailed)) throw error;
  }
}
