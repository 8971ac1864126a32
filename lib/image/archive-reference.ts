import { z } from 'zod';
import { jsonInTar } from './json-in-tar.ts';

const dockerSchema = z.array(z.object({ RepoTags: z.array(z.string()).min(1) })).min(1);
const ociSchema = z.object({
  manifests: z.array(z.object({ annotations: z.record(z.string(), z.string()).default({}) })).min(1),
});

/**
 * The reference of the image in an archive, as `docker save` (manifest.json) or OCI tools (index.json) write it.
 * @throws when the file is no image archive, or its image has no name
 */
export async function archiveReference(path: string): Promise<string> {
  const docker = dockerSchema.safeParse(await jsonInTar(path, 'manifest.json'));
  if (docker.success) return docker.data[0]?.RepoTags[0] ?? '';
  const oci = ociSchema.safeParse(await jsonInTar(path, 'index.json'));
  const annotations = oci.success ? oci.data.manifests[0]?.annotations : undefined;
  const name = annotations?.['io.containerd.image.name'];
  if (name === undefined)
    throw new Error(
      `${path} is no image archive with a named image (docker save, or an OCI layout with io.containerd.image.name)`,
    );
  return name;
}
