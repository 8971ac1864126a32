import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import { ConfigError } from '../config/config-error.ts';
import { archiveArchitectures } from './archive-architectures.ts';
import { archiveReference } from './archive-reference.ts';
import { ownArchitecture } from './architecture.ts';

/**
 * Refuses a file that is no image for this machine. `given` is how the user named it.
 * @returns the image's reference
 * @throws ConfigError
 */
export async function refuseUnfitArchive(path: string, given = `nodeLocal.image ${path}`): Promise<string> {
  const say = (problem: string, cause?: unknown) => new ConfigError(`${given} ${problem}`, { cause });
  const entry = await stat(path).catch(() => null);
  if (entry === null)
    throw say('is not there: give the path of an archive as `docker save` writes it (the nodes can pull nothing)');
  if (!entry.isFile()) throw say('is not a file: give the path of an archive as `docker save` writes it');
  const listed = await execa('tar', ['-tf', path], { reject: false });
  if (listed.failed) throw say('is not a whole tar archive: write it with `docker save` or as an OCI archive');
  const reference = await archiveReference(path).catch((error: unknown) => {
    throw say(
      'has no image with a name: neither manifest.json with RepoTags (docker save) nor index.json with io.containerd.image.name (OCI) is in it',
      error,
    );
  });
  const architectures = await archiveArchitectures(path);
  const own = ownArchitecture?.name ?? process.arch;
  if (architectures.length > 0 && !architectures.includes(own))
    throw say(`is for ${architectures.join(', ')}, and this machine is ${own}: save the image of that platform`);
  return reference;
}
