import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import {
  manifestName,
  prebuiltManifestSchema,
  readPrebuiltManifest,
  sha256OfFile,
  type PrebuiltManifest,
} from './prebuilt-manifest.ts';

export interface ExpectedPrebuilt {
  readonly kind: PrebuiltManifest['kind'];
  /** Of this checkout (`PrebuiltManifest.source`). */
  readonly source: string;
}

/**
 * Returns when `folder` is what `nodelocal-drill cache export` made from the same sources for this machine's kind, and every file in it is still
 * the one that was exported. It tells damage and mistakes, not an attacker: who can write the files can write the manifest.
 * @throws ConfigError naming the folder and what is wrong with it
 */
export async function checkPrebuilt(folder: string, expected: ExpectedPrebuilt): Promise<void> {
  const refuse = (why: string): never => {
    throw new ConfigError(
      `cluster.embedded.${expected.kind}: ${folder} ${why}; make it with: npx nodelocal-drill cache export <folder>`,
    );
  };
  const manifest = prebuiltManifestSchema.safeParse(await readPrebuiltManifest(folder)).data;
  if (manifest === undefined) return refuse(`is no folder of prebuilt ${expected.kind} (no usable ${manifestName})`);
  if (manifest.kind !== expected.kind) return refuse(`holds prebuilt ${manifest.kind}, not ${expected.kind}`);
  if (manifest.arch !== process.arch) return refuse(`is for ${manifest.arch}, and this machine is ${process.arch}`);
  if (manifest.source !== expected.source)
    return refuse(`was made from another version of the sources (${inWords(manifest.versions)})`);
  const wrong = await Promise.all([
    ...Object.entries(manifest.files).map(([name, file]) => whatIsWrong(join(folder, name), file, expected.kind)),
    ...Object.entries(manifest.links).map(async ([name, to]) =>
      (await readlink(join(folder, name)).catch(() => null)) === to ? null : `${name} is no link to ${to}`,
    ),
  ]);
  const first = wrong.find((each) => each !== null);
  if (first !== undefined) return refuse(`is not as it was exported: ${first}`);
}

async function whatIsWrong(
  path: string,
  { size, sha256 }: PrebuiltManifest['files'][string],
  kind: PrebuiltManifest['kind'],
): Promise<string | null> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const entry = await lstat(path).catch(() => null);
  if (entry === null) return `${name} is missing`;
  if (!entry.isFile() || entry.size !== size) return `${name} is no file of ${size} bytes`;
  if (kind === 'programs' && (entry.mode & 0o100) === 0) return `${name} is not executable (chmod +x)`;
  const found = await sha256OfFile(path);
  return found === sha256 ? null : `${name} has SHA-256 ${found.slice(0, 12)}…, not ${sha256.slice(0, 12)}…`;
}

function inWords(versions: PrebuiltManifest['versions']): string {
  return Object.entries(versions)
    .map((nameAndVersion) => nameAndVersion.join(' '))
    .join(', ');
}
