import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ownArchitecture } from './architecture.ts';
import { writeLayer, type ImageFile } from './image-layer.ts';

/** What one image is, for one architecture. */
export interface ImageContent {
  readonly files: readonly ImageFile[];
  readonly entrypoint: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** As kubelet compares it with `runAsNonRoot`: a number. */
  readonly user?: string;
  /** As OCI names it; this machine's unless told. */
  readonly architecture?: string;
}

/** Content under its digest. */
export type Blob = { readonly digest: string; readonly size: number } & (
  { readonly bytes: Buffer } | { readonly path: string }
);

/** An image as registries and archives hold it: a manifest and what that names. */
export interface ImageParts {
  readonly manifest: Blob & { readonly bytes: Buffer };
  readonly platform: { readonly architecture: string; readonly os: 'linux' };
  /** Config and layer. */
  readonly blobs: readonly Blob[];
}

/**
 * Writes the layer of an image into `scratch`, and composes config and manifest (opencontainers/image-spec). The same files give the same digest,
 * packed or not, as times are 0 and owners root.
 */
export async function imageParts(
  { files, entrypoint, env = {}, workingDir, user, architecture = ownArchitecture?.name }: ImageContent,
  { scratch, compress = false }: { readonly scratch: string; readonly compress?: boolean },
): Promise<ImageParts> {
  const platform = { architecture: architecture ?? process.arch, os: 'linux' } as const;
  const unpacked = join(scratch, `${platform.architecture}.tar`);
  await writeLayer(files, unpacked);
  const diffId = await sha256OfFile(unpacked);
  const layer = await fileBlob(compress ? await compressed(unpacked) : unpacked);
  const config = jsonBlob({
    ...platform,
    config: {
      ...(user === undefined ? {} : { User: user }),
      Entrypoint: entrypoint,
      ...(workingDir === undefined ? {} : { WorkingDir: workingDir }),
      Env: Object.entries({ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env }).map(([name, value]) => `${name}=${value}`),
    },
    rootfs: { type: 'layers', diff_ids: [diffId] },
  });
  const described = ({ digest, size }: Blob) => ({ digest, size });
  const manifest = jsonBlob({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...described(config) },
    layers: [{ mediaType: `application/vnd.oci.image.layer.v1.tar${compress ? '+gzip' : ''}`, ...described(layer) }],
  });
  return { manifest, platform, blobs: [config, layer] };
}

export function jsonBlob(content: unknown): Blob & { readonly bytes: Buffer } {
  const bytes = Buffer.from(JSON.stringify(content));
  return { bytes, size: bytes.length, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

async function fileBlob(path: string): Promise<Blob> {
  return { path, digest: await sha256OfFile(path), size: (await stat(path)).size };
}

/** Node's gzip writes no time and no name. */
async function compressed(path: string): Promise<string> {
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`));
  return `${path}.gz`;
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}
