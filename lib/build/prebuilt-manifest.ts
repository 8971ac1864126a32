import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** The file that makes a folder one of prebuilt programs or images. */
export const manifestName = 'nodelocal-drill-prebuilt.json';

export const prebuiltManifestSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.enum(['programs', 'images']),
  /** A hash of the sources that they were built from; it tells whether they fit a checkout. */
  source: z.string(),
  /** As Node names it: `x64`, `arm64`. */
  arch: z.string(),
  /** For people: versions of what is inside and of what built it. */
  versions: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.strictObject({ size: z.number().int(), sha256: z.string() })),
  /** Symbolic links by name, with what they point to. */
  links: z.record(z.string(), z.string()),
});

export type PrebuiltManifest = Readonly<z.infer<typeof prebuiltManifestSchema>>;

/** Writes the manifest of what lies in `folder`, which has no subfolders. */
export async function writePrebuiltManifest(
  folder: string,
  about: Pick<PrebuiltManifest, 'kind' | 'source' | 'arch' | 'versions'>,
): Promise<void> {
  const files: Record<string, { readonly size: number; readonly sha256: string }> = {};
  const links: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const entry = await lstat(path);
    if (entry.isSymbolicLink()) links[name] = await readlink(path);
    else files[name] = { size: entry.size, sha256: await sha256OfFile(path) };
  }
  const manifest: PrebuiltManifest = { schema: 1, ...about, files, links };
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Null when the folder has no manifest that can be read. */
export async function readPrebuiltManifest(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as unknown;
  } catch {
    return null;
  }
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
