import { createReadStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Pack } from 'tar-stream';
import { imageParts, jsonBlob, type Blob, type ImageContent, type ImageParts } from './image-parts.ts';
import { addStream, writeTar } from './write-tar.ts';

export interface ImageArchive extends ImageContent {
  /** The full reference, such as localhost/name:1. */
  readonly reference: string;
  /** Where the archive goes. */
  readonly out: string;
}

export interface MultiArchive extends Pick<ImageArchive, 'reference' | 'out'> {
  /** One for each architecture. */
  readonly images: readonly ImageContent[];
  /** Layers are packed with gzip: half the size, some seconds more. */
  readonly compress: boolean;
}

/**
 * Writes an image as a tar of OCI layout (opencontainers/image-spec image-layout.md) that containerd, `kind load image-archive` and
 * `k3s ctr images import` take; no container engine is needed. The same files give the same bytes.
 * @returns the digest of the manifest, `sha256:…`
 */
export async function writeImageArchive({ reference, out, ...image }: ImageArchive): Promise<string> {
  return writeMultiArchive({ reference, out, images: [image], compress: false });
}

/**
 * Writes one image for several architectures as one archive. Each pulls or imports its own.
 * @returns the digest that a pod may name the image by: of the manifest, or of the index where there are several
 */
export async function writeMultiArchive({ reference, out, images, compress }: MultiArchive): Promise<string> {
  const scratch = await mkdtemp(join(dirname(out), '.image-'));
  try {
    const parts: ImageParts[] = [];
    for (const image of images) parts.push(await imageParts(image, { scratch, compress }));
    const { top, blobs } = topOf(parts);
    const index = jsonBlob({
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [
        {
          ...top,
          annotations: {
            'io.containerd.image.name': reference,
            'org.opencontainers.image.ref.name': reference.slice(reference.lastIndexOf(':') + 1),
          },
        },
      ],
    });
    await writeTar(join(scratch, 'image.tar'), (archive) => addLayout(archive, index.bytes, blobs));
    await rename(join(scratch, 'image.tar'), out);
    return top.digest;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const indexType = 'application/vnd.oci.image.index.v1+json';

/** What the archive's index names: the only manifest, or an index of several. */
function topOf(parts: readonly ImageParts[]): {
  readonly top: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly blobs: readonly Blob[];
} {
  const manifests = parts.map(({ manifest: { digest, size }, platform }) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size,
    platform,
  }));
  const blobs = parts.flatMap(({ manifest, blobs }) => [manifest, ...blobs]);
  const [only] = manifests;
  if (only !== undefined && manifests.length === 1) return { top: only, blobs };
  const index = jsonBlob({ schemaVersion: 2, mediaType: indexType, manifests });
  const { digest, size } = index;
  return { top: { mediaType: indexType, digest, size }, blobs: [index, ...blobs] };
}

/** opencontainers/image-spec image-layout.md. */
async function addLayout(archive: Pack, index: Buffer, blobs: readonly Blob[]): Promise<void> {
  const add = (name: string, bytes: Buffer) =>
    addStream(archive, { name, size: bytes.length, mode: 0o644 }, Readable.from([bytes]));
  await add('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  await add('index.json', index);
  for (const blob of new Map(blobs.map((each) => [each.digest, each])).values()) {
    const name = `blobs/${blob.digest.replace(':', '/')}`;
    if ('bytes' in blob) await add(name, blob.bytes);
    else await addStream(archive, { name, size: blob.size, mode: 0o644 }, createReadStream(blob.path));
  }
}
