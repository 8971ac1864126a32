import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { kindSettingsSchema } from '../../config/kind-settings.ts';
import { nodeCacheFactsSchema } from '../node-cache-facts.ts';
import { ContextRefused } from '../context-refused.ts';
import { askEngine, type Engine } from './engine.ts';
import { kindNodes } from './kind-config.ts';
import { kindDir } from './paths.ts';

const factsSchema = z.strictObject({
  settings: kindSettingsSchema,
  engine: z.enum(['docker', 'podman']),
  nodeImage: z.string(),
  nodeCache: nodeCacheFactsSchema,
  /** Images that were loaded into its nodes; others ask for a new cluster. */
  images: z.array(z.string()).readonly(),
});

/** What is known of a kind cluster that the project made. */
export type KindFacts = Readonly<z.infer<typeof factsSchema>>;

/** Null where the project made none of that name, or did not bring it to an end. */
export async function readKindFacts(name: string): Promise<KindFacts | null> {
  const text = await readFile(factsPath(name), 'utf8').catch(() => null);
  return text === null ? null : (factsSchema.safeParse(JSON.parse(text)).data ?? null);
}

export function factsPath(name: string): string {
  return join(kindDir(name), 'facts.json');
}

export function kubeconfigPath(name: string): string {
  return join(kindDir(name), 'kubeconfig');
}

/**
 * - `absent`: neither containers nor files
 * - `foreign`: there are containers, and the project did not make them
 * - `remains`: files or containers of one that is not whole
 */
export type KindState = 'absent' | 'foreign' | 'remains' | 'up';

/** What is there of the kind cluster with that name. Containers are told by the label that kind gives them. */
export async function kindState(engine: Pick<Engine, 'name'>, name: string, signal: AbortSignal): Promise<KindState> {
  const filter = ['--all', '--filter', `label=io.x-k8s.kind.cluster=${name}`, '--format', '{{.Names}} {{.Status}}'];
  const containers = (await askEngine(engine, ['ps', ...filter], { signal })).split('\n').filter((line) => line !== '');
  const ours = await stat(kindDir(name)).then(
    () => true,
    () => false,
  );
  if (containers.length === 0) return ours ? 'remains' : 'absent';
  if (!ours) return 'foreign';
  const running = containers.filter((line) => / Up /.test(line));
  return running.length === kindNodes.length && (await readKindFacts(name)) !== null ? 'up' : 'remains';
}

/**
 * The same, of a cluster that may be brought up or put away.
 * @throws ContextRefused for one that the project did not make
 */
export async function ownKindState(
  engine: Pick<Engine, 'name'>,
  name: string,
  signal: AbortSignal,
): Promise<Exclude<KindState, 'foreign'>> {
  const state = await kindState(engine, name, signal);
  if (state !== 'foreign') return state;
  throw new ContextRefused(
    `there is a kind cluster "${name}" that this project did not make: give another name in cluster.kind.name, or use it by its kubeconfig with cluster.provider "existing"`,
  );
}
