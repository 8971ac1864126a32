import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { ownArchitecture, type Architecture } from '../image/architecture.ts';
import type { ImageFile } from '../image/image-layer.ts';
import { sharedLibraries } from '../image/shared-libraries.ts';
import { foreignBase } from './foreign-base.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';

/** What images of one architecture get from outside the project's sources. */
export interface ImageBase {
  readonly architecture: Architecture;
  /** Path of Node's program. */
  readonly node: string;
  /** glibc and what else that program loads, with the paths where it looks for them. */
  readonly libraries: readonly ImageFile[];
}

/** Of this machine: its own libraries, so that a probe resolves as programs of this machine do. Of another one: fetched. */
export async function imageBase(options: {
  readonly architecture: Architecture;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}): Promise<ImageBase> {
  return options.architecture === ownArchitecture ? ownBase(options.architecture) : foreignBase(options);
}

/** Node as a package of this project's, or, where there is no such package for this machine, the running one. */
export async function ownBase(architecture: Architecture = requireOwn()): Promise<ImageBase> {
  const packaged = join(projectRoot, 'node_modules', `node-linux-${architecture.node}`, 'bin', 'node');
  const node = await realpath(packaged).catch(() => process.execPath);
  return { architecture, node, libraries: await sharedLibraries(node) };
}

/** @throws on a machine that nothing is built for */
export function requireOwn(): Architecture {
  if (ownArchitecture === null) throw new Error(`the probes are built for x64 and arm64, not for ${process.arch}`);
  return ownArchitecture;
}
