import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { z } from 'zod';
import { KubeconfigError } from './kubeconfig-error.ts';

const usersSchema = z.object({
  users: z.array(z.object({ name: z.string(), user: z.object({ tokenFile: z.string().optional() }).nullish() })),
});

/**
 * Reads the token of the current user's `tokenFile` (client-go tools/clientcmd/api/v1, AuthInfo), which comes before `token`; the client
 * library looks for another key, `token-file`, that kubectl does not write.
 * @throws KubeconfigError when the file can't be read
 */
export async function readTokenFile(config: KubeConfig, kubeconfigPath: string): Promise<void> {
  const name = config.getCurrentUser()?.name;
  const parsed = usersSchema.safeParse(parse(await readFile(kubeconfigPath, 'utf8')));
  const tokenFile = parsed.data?.users.find((each) => each.name === name)?.user?.tokenFile;
  if (tokenFile === undefined) return;
  const token = await readFile(resolve(dirname(kubeconfigPath), tokenFile), 'utf8').catch((error: unknown) => {
    throw new KubeconfigError(
      `the token file of user "${name ?? ''}" in kubeconfig ${kubeconfigPath} can't be read: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  });
  config.users = config.users.map((user) => (user.name === name ? { ...user, token: token.trim() } : user));
}
