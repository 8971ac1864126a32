import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { goToolchain } from '../build/go-toolchain.ts';
import { imageBase, type ImageBase } from '../build/image-base.ts';
import { buildProbePrograms } from '../build/probe-programs.ts';
import type { Progress } from '../build/progress.ts';
import { projectRoot } from '../build/project-root.ts';
import { bundledMuslVersion, zigCompiler } from '../build/zig-compiler.ts';
import { architectures, ownArchitecture, type Architecture, type ArchitectureName } from '../image/architecture.ts';
import { writeMultiArchive } from '../image/image-archive.ts';
import type { ImageContent } from '../image/image-parts.ts';
import { ownLibraries, probeImageFiles } from '../image/probe-image.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { baseParts, goParts, npmParts, type Part } from './contents.ts';
import { runnerImage, runtimePackages } from './runner-image.ts';

/** `probes`: all probe programs and the node agent. `runner`: the suite itself. */
export type ImageKind = 'probes' | 'runner';

const names: Readonly<Record<ImageKind, string>> = {
  probes: 'nodelocal-drill-probe:1',
  runner: 'nodelocal-drill-runner:1',
};

export interface MakeImage {
  readonly kind: ImageKind;
  readonly architectures: readonly ArchitectureName[];
  /** What comes before the image's name: `registry.example/dns`. */
  readonly prefix: string;
  /** Where the archive goes; its lists of contents go beside it. */
  readonly out: string;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface MadeImage {
  readonly reference: string;
  /** Of the image or, with several architectures, of its index. */
  readonly digest: string;
  /** Paths of the lists of contents, one for each architecture. */
  readonly contents: readonly string[];
}

/** Builds what an image holds, writes it as an archive of OCI layout, and beside it what is in it. No container engine is needed. */
export async function makeImage(options: MakeImage): Promise<MadeImage> {
  const { kind, prefix, out, progress } = options;
  const reference = `${prefix.replace(/\/$/, '')}/${names[kind]}`;
  const made: { readonly image: ImageContent; readonly parts: readonly Part[]; readonly architecture: string }[] = [];
  for (const name of options.architectures) {
    const architecture = architectures[name];
    const base = await imageBase({ ...options, architecture });
    const { image, parts } = kind === 'probes' ? await probes(base, options) : await runner(base, options);
    made.push({ image: { ...image, architecture: name }, parts, architecture: name });
  }
  progress('images', `writing ${out}`);
  const digest = await writeMultiArchive({ reference, out, images: made.map(({ image }) => image), compress: true });
  const { version } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  const contents: string[] = [];
  for (const { architecture, parts } of made) {
    const path = `${out.replace(/\.tar$/, '')}.${architecture}.cdx.json`;
    await writeFile(path, billOfMaterials({ reference, architecture, digest, suiteVersion: version, parts }));
    contents.push(path);
  }
  return { reference, digest, contents };
}

/** In a folder that is gone when `use` has ended. */
export async function withScratch<T>(beside: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(dirname(beside), '.images-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function probes(base: ImageBase, { cacheDir, signal, progress }: MakeImage) {
  const programs = await buildProbePrograms({
    architecture: base.architecture,
    cacheDir,
    signal,
    onProgress: progress,
  });
  const go = await goToolchain({ cacheDir, signal, progress });
  const musl = await bundledMuslVersion(await zigCompiler(cacheDir, signal, progress));
  const image = {
    files: await probeImageFiles(programs, foreign(base.architecture) ? base.libraries : undefined),
    entrypoint: ['/agent', 'hold'],
  };
  const goPrograms = ['agent', 'probe-go', 'probe-wire'].map((name) => join(programs, name));
  const parts = [
    ...(await baseParts(base, signal)),
    ...(await goParts(go.path, goPrograms, signal)),
    ...(await npmParts(['node_modules/dns-packet', 'node_modules/@leichtgewicht/ip-codec'])),
    { name: 'musl', version: musl, purl: `pkg:generic/musl@${musl}`, license: 'MIT' },
  ];
  return { image, parts };
}

async function runner(base: ImageBase, { signal }: MakeImage) {
  const packages = await runtimePackages(signal);
  const libraries = foreign(base.architecture) ? base.libraries : await ownLibraries(base.node);
  const image = await runnerImage(base.node, libraries, packages);
  return { image, parts: [...(await baseParts(base, signal)), ...(await npmParts(packages))] };
}

function foreign(architecture: Architecture): boolean {
  return architecture !== ownArchitecture;
}
