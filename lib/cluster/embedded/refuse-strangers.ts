import { existsSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { projectRoot } from '../../build/project-root.ts';
import { ConfigError } from '../../config/config-error.ts';
import { runDir } from './paths.ts';
import { embeddedStatus } from './status.ts';

/**
 * Refuses a name under which somebody else has a cluster on this machine: it would be used, or put away, behind their back.
 * What a crash left of one is nobody's, and neither is one whose checkout was deleted.
 * @throws ConfigError
 */
export async function refuseStrangers(
  name: string,
  { dir = runDir(name), checkout = projectRoot } = {},
): Promise<void> {
  const entry = await lstat(dir).catch(() => null);
  if (entry === null) return;
  const another = `take another name in cluster.embedded.name than "${name}"`;
  if (!entry.isDirectory())
    throw new ConfigError(`${dir} is not a folder, and not this suite's: remove it, or ${another}`);
  if (process.getuid?.() === 0 && entry.uid !== 0)
    throw new ConfigError(`${dir} belongs to user ${entry.uid}, and not to this suite: remove it, or ${another}`);
  const status = await embeddedStatus(name, dir);
  if (status.state !== 'up') return;
  const { checkout: theirs, user } = status.facts;
  if (theirs === undefined || theirs === checkout || !existsSync(theirs)) return;
  throw new ConfigError(
    `the embedded cluster "${name}" is up, and was started by ${user ?? 'somebody'} from ${theirs}: ${another}, or put it away from there with \`npx nodelocal-drill cluster down\``,
  );
}
