import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { embeddedSettingsSchema } from '../../config/embedded-settings.ts';
import { nodeCacheFactsSchema } from '../node-cache-facts.ts';
import { runDir } from './paths.ts';
import { isAlive, readIdentity } from '../../build/process-identity.ts';

const factsSchema = z.strictObject({
  settings: embeddedSettingsSchema,
  nodeCache: nodeCacheFactsSchema,
  /** Versions of the Debian packages that its nodes run. */
  packages: z.record(z.string(), z.string()).default({}),
  /** Where this suite lay that started it, and who did. */
  checkout: z.string().optional(),
  user: z.string().optional(),
  /** What this machine's kernel can't shut the cluster off from; null until it has booted. */
  leftOpen: z.array(z.string()).nullable().default(null),
});

/** What is written down of a cluster when it is booted. */
export type Facts = z.input<typeof factsSchema>;

export type EmbeddedStatus =
  | { readonly state: 'absent' }
  /** Something is left of a cluster that is gone: `down` removes it. */
  | { readonly state: 'remains'; readonly dir: string }
  | {
      readonly state: 'up';
      readonly dir: string;
      readonly pid: number;
      readonly kubeconfigPath: string;
      readonly facts: z.infer<typeof factsSchema>;
    };

/** What is there of the embedded cluster with that name. */
export async function embeddedStatus(name: string, dir: string = runDir(name)): Promise<EmbeddedStatus> {
  const first = await readIdentity(join(dir, 'pid'));
  if (first === null || !(await isAlive(first))) return { state: (await exists(dir)) ? 'remains' : 'absent', dir };
  const facts = factsSchema.parse(JSON.parse(await readFile(join(dir, 'facts.json'), 'utf8')));
  return { state: 'up', dir, pid: first.pid, kubeconfigPath: join(dir, 'kubeconfig'), facts };
}

async function exists(dir: string): Promise<boolean> {
  return readdir(dir).then(
    () => true,
    () => false,
  );
}
