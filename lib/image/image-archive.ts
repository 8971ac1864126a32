import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { ownArchitecture } from './architecture.ts';

/** One entry of an image's only layer; paths are absolute. Parent folders come by themselves. */
export type ImageFile =
  | { readonly path: string; readonly from: string; readonly mode?: number }
  | { readonly path: string; readonly text: string; readonly mode?: number }
  | { readonly path: string; readonly linkTo: string }
  | { readonly path: string; readonly folder: true; readonly mode?: number };

export interface ImageArchive {
  /** The full reference, such as localhost/name:1. */
  readonly reference: string;
  readonly files: readonly ImageFile[];
  readonly entrypoint: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** As OCI names it; this machine's unless told. */
  readonly architecture?: string;
  /** Where the archive goes. */
  readonly out: string;
}

/**
 * Writes an image as a tar of OCI layout (opencontainers/image-spec image-layout.md) that containerd, `kind load image-archive` and
 * `k3s ctr images import` take; no container engine is needed. The same files give the same bytes: times are 0, owners root.
 * @returns the digest of the manifest, `sha256:…`
 */
export async function writeImageArchive({
  reference,
  files,
  entrypoint,
  env = {},
  out,
  architecture = ownArchitecture?.name ?? process.arch,
}: ImageArchive): Promise<string> {
  const scratch = await mkdtemp(join(dirname(out), '.image-'));
  try {
    const layerPath = join(scratch, 'layer.tar');
    await writeLayer(files, layerPath);
    const layer = { digest: await sha256OfFile(layerPath), size: (await stat(layerPath)).size };
    const config = jsonBlob({
      architecture,
      os: 'linux',
      config: {
        Entrypoint: entrypoint,
        Env: Object.entries({ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env }).map(
          ([name, value]) => `${name}=${value}`,
        ),
      },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    });
    const manifest = jsonBlob({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: config.digest,
        size: config.bytes.length,
      },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
    });
    const index = jsonBlob({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: manifest.digest,
          size: manifest.bytes.length,
          platform: { architecture, os: 'linux' },
          annotations: {
            'io.containerd.image.name': reference,
            'org.opencontainers.image.ref.name': reference.slice(reference.lastIndexOf(':') + 1),
          },
        },
      ],
    });
    const archive = pack();
    const written = pipeline(archive, createWriteStream(join(scratch, 'image.tar')));
    await addBytes(archive, 'oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
    await addBytes(archive, 'index.json', index.bytes);
    await addBytes(archive, blobPath(manifest.digest), manifest.bytes);
    await addBytes(archive, blobPath(config.digest), config.bytes);
    await addStream(archive, blobPath(layer.digest), layer.size, 0o644, createReadStream(layerPath));
    archive.finalize();
    await written;
    await rename(join(scratch, 'image.tar'), out);
    return manifest.digest;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function writeLayer(files: readonly ImageFile[], path: string): Promise<void> {
  const layer = pack();
  const written = pipeline(layer, createWriteStream(path));
  const byPath = [...new Map(files.map((file) => [file.path, file])).values()].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  const folders = new Set<string>();
  for (const file of byPath) {
    for (const parent of parents(file.path)) {
      if (!folders.has(parent)) layer.entry({ name: `${parent.slice(1)}/`, type: 'directory', mode: 0o755, ...owner });
      folders.add(parent);
    }
    await addFile(layer, file);
    if ('folder' in file) folders.add(file.path);
  }
  layer.finalize();
  await written;
}

const owner = { uid: 0, gid: 0, mtime: new Date(0) };

async function addFile(layer: Pack, file: ImageFile): Promise<void> {
  const name = file.path.slice(1);
  if ('linkTo' in file) layer.entry({ name, type: 'symlink', linkname: file.linkTo, ...owner });
  else if ('folder' in file) layer.entry({ name: `${name}/`, type: 'directory', mode: file.mode ?? 0o755, ...owner });
  else if ('text' in file)
    await addStream(
      layer,
      name,
      Buffer.byteLength(file.text),
      file.mode ?? 0o644,
      Readable.from([Buffer.from(file.text)]),
    );
  else {
    const { size, mode } = await stat(file.from);
    await addStream(layer, name, size, file.mode ?? mode & 0o777, createReadStream(file.from));
  }
}

function parents(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
}

async function addBytes(archive: Pack, name: string, bytes: Buffer): Promise<void> {
  await addStream(archive, name, bytes.length, 0o644, Readable.from([bytes]));
}

/** A layer is streamed: as one buffer, Node's own program would cost half a gigabyte. */
async function addStream(archive: Pack, name: string, size: number, mode: number, content: Readable): Promise<void> {
  const entry = archive.entry({ name, size, mode, type: 'file', ...owner });
  if (size === 0) entry.end(undefined);
  else await pipeline(content, entry);
}

function jsonBlob(content: unknown): { readonly bytes: Buffer; readonly digest: string } {
  const bytes = Buffer.from(JSON.stringify(content));
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}
