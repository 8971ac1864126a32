import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { componentsSource } from '../../build/components.ts';
import { manifestName } from '../../build/prebuilt-manifest.ts';
import { probeProgramsSource } from '../../build/probe-programs.ts';
import { cacheDir } from './paths.ts';

/** Raise it when the composition of an image changes without a change of the programs in it. */
const imageLayout = 1;

/** Where the images of these programs are, once made. */
export async function imagesFolder(programs: string, probePrograms: string): Promise<string> {
  return inCache(key(imageLayout, await identity(programs), basename(probePrograms)));
}

/** A hash of all sources of the images, whatever built them. */
export async function imagesSource(): Promise<string> {
  return key(imageLayout, await componentsSource(), await probeProgramsSource());
}

/** The image of a user's own node-cache program. */
export function binaryImageFolder(digest: string): string {
  return inCache(`binary-${digest}`);
}

/** The probes' image alone. */
export function probeImageFolder(probePrograms: string): string {
  return inCache(`probe-${basename(probePrograms)}`);
}

/** An image that was pulled, as an archive. */
export function pulledImageFolder(version: string): string {
  return inCache(`pulled-${version}`);
}

/** A folder of the cache is named after what is in it; a prebuilt one may have any name, and has a manifest. */
async function identity(programs: string): Promise<string> {
  return readFile(join(programs, manifestName), 'utf8').catch(() => basename(programs));
}

function key(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 16);
}

function inCache(name: string): string {
  return join(cacheDir(), 'images', name);
}
