import { z } from 'zod';
import { jsonInTar } from './json-in-tar.ts';

const dockerSchema = z.array(z.object({ Config: z.string() })).min(1);
const indexSchema = z.object({
  manifests: z
    .array(z.object({ digest: z.string(), platform: z.object({ architecture: z.string() }).optional() }))
    .min(1),
});
const manifestSchema = z.object({ config: z.object({ digest: z.string() }) });
const configSchema = z.object({ architecture: z.string() });

/** The architectures of the images in an archive, as OCI names them (amd64, arm64); empty where the archive does not say. */
export async function archiveArchitectures(path: string): Promise<readonly string[]> {
  const docker = dockerSchema.safeParse(await jsonInTar(path, 'manifest.json'));
  if (docker.success) return architectureIn(path, docker.data[0]?.Config ?? '');
  const index = indexSchema.safeParse(await jsonInTar(path, 'index.json'));
  if (!index.success) return [];
  const found = await Promise.all(
    index.data.manifests.map(async ({ digest, platform }) => {
      if (platform !== undefined) return [platform.architecture];
      const manifest = manifestSchema.safeParse(await jsonInTar(path, blob(digest)));
      return manifest.success ? architectureIn(path, blob(manifest.data.config.digest)) : [];
    }),
  );
  return found.flat();
}

async function architectureIn(path: string, member: string): Promise<readonly string[]> {
  const config = configSchema.safeParse(await jsonInTar(path, member));
  return config.success ? [config.data.architecture] : [];
}

function blob(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}
