import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { cachedFolder } from '../../build/cached-folder.ts';
import { buildComponents, componentsFolder, componentVersions } from '../../build/components.ts';
import { contentKey } from '../../build/content-key.ts';
import { embeddedPackages, ensureDebianPackages } from '../../build/debian-packages.ts';
import { goEnvironment, goToolchain, type GoToolchain } from '../../build/go-toolchain.ts';
import { buildNodePrograms, kindProgramFolders } from '../../build/kind-programs.ts';
import { buildProbePrograms, probeProgramsFolder } from '../../build/probe-programs.ts';
import type { Progress } from '../../build/progress.ts';
import { projectRoot } from '../../build/project-root.ts';
import { runTool } from '../../build/run-tool.ts';
import { withHeartbeat } from '../../build/with-heartbeat.ts';
import { writeImageArchive } from '../../image/image-archive.ts';
import { cacheDir } from '../embedded/paths.ts';
import { coreDnsImage, pauseImage } from '../images.ts';
import { componentsImageFiles, componentsPath } from './node-image-files.ts';
import { ownCoreDns } from './node-image.ts';

const source = join(projectRoot, 'kind');

export interface MakeNodeImage {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A node image's root as a tar archive, in the cache. */
export interface NodeImageRoot {
  readonly tar: string;
  /** `v1.37.2-` and a hash of all that went into it. */
  readonly tag: string;
}

/**
 * Makes a kind node image's root from the embedded cluster's programs, Debian packages and kind's own files, for machines that reach no image
 * registry. Needs root. What is there already is not made again.
 */
export async function makeNodeImageRoot({ signal, progress }: MakeNodeImage): Promise<NodeImageRoot> {
  await ensureDebianPackages([...embeddedPackages, 'mmdebstrap'], signal, progress);
  const options = { cacheDir: cacheDir(), signal, progress };
  const components = await buildComponents(cacheDir(), signal, progress);
  const programs = await buildNodePrograms(options);
  const probePrograms = await buildProbePrograms({ cacheDir: cacheDir(), signal, onProgress: progress });
  const { kubernetes } = await componentVersions();
  const folder = await cachedFolder(await folderOf([components, programs, probePrograms]), {
    signal,
    progress,
    build: async ({ into, scratch }) => {
      progress('node image', 'making a kind node image of Debian packages and our own programs: about a minute, 1 GB');
      const images = join(scratch, 'images');
      await writeImages({ into: images, components, programs, probePrograms, kubernetes, signal });
      const files = join(await kindModule(options), 'images/base/files');
      const root = join(scratch, 'root');
      const make = [join(source, 'node-image/make.sh'), root, files, components, programs, images, kubernetes];
      const said = { progress, step: 'node image', detail: () => 'unpacking Debian packages, importing images' };
      await withHeartbeat(said, async () => {
        await runTool('unshare', [...ownNamespaces, ...make], { signal });
        await runTool('tar', ['-C', root, '--numeric-owner', '-cf', join(into, 'root.tar'), '.'], { signal });
      });
    },
  });
  return { tar: join(folder, 'root.tar'), tag: `${kubernetes}-${basename(folder)}` };
}

/** Where the root is, once made by this Go. */
export async function nodeImageFolder(go: GoToolchain): Promise<string> {
  const dir = cacheDir();
  const [, programs] = await kindProgramFolders(dir, go);
  return folderOf([await componentsFolder(dir, go), programs, await probeProgramsFolder(dir, go)]);
}

async function folderOf(parts: readonly string[]): Promise<string> {
  const names = parts.map((folder) => basename(folder));
  return join(
    cacheDir(),
    'kind-node',
    await contentKey(source, ['go.mod', 'node-image/*'], [...names, String(layout)]),
  );
}

/** Raise it when the images in it change without a change of a source. */
const layout = 3;

/** Its mounts and its containerd go with it, however it ends. */
const ownNamespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

interface WriteImages {
  readonly into: string;
  readonly components: string;
  readonly programs: string;
  readonly probePrograms: string;
  readonly kubernetes: string;
  readonly signal: AbortSignal;
}

/** The archives, and `tags`: by which names kubeadm and containerd ask for which of them. */
async function writeImages({ into, components, programs, probePrograms, kubernetes, signal }: WriteImages) {
  await mkdir(into, { recursive: true });
  await writeImageArchive({
    reference: componentsImage,
    files: await componentsImageFiles(components),
    entrypoint: [],
    env: { PATH: componentsPath },
    out: join(into, 'components.tar'),
  });
  await writeImageArchive({
    reference: coreDnsImage,
    files: [{ path: '/coredns', from: join(components, 'coredns'), mode: 0o755 }],
    entrypoint: ['/coredns'],
    out: join(into, 'coredns.tar'),
  });
  await writeImageArchive({
    reference: pauseImage,
    files: [{ path: '/pause', from: join(probePrograms, 'pause'), mode: 0o755 }],
    entrypoint: ['/pause'],
    out: join(into, 'pause.tar'),
  });
  const list = ['config', 'images', 'list', '--kubernetes-version', kubernetes];
  const wanted = (await runTool(join(programs, 'kubeadm'), list, { signal })).split('\n').filter((line) => line !== '');
  await writeFile(join(into, 'tags'), tagsOf([...wanted, sandboxImage, ownCoreDns.reference]));
}

const componentsImage = 'localhost/nodelocal-drill-components:1';

/** As kind's containerd is configured (images/base/files/etc/containerd/config.toml of kind v0.33.0); kubeadm asks for a newer one, and nobody starts it. */
const sandboxImage = 'registry.k8s.io/pause:3.10';

/** A line for each name: what it is made from, and the name. */
function tagsOf(references: readonly string[]): string {
  const from = (reference: string) =>
    /\/pause:/.test(reference) ? pauseImage : /\/coredns:/.test(reference) ? coreDnsImage : componentsImage;
  return references.map((reference) => `${from(reference)} ${reference}\n`).join('');
}

/** Where Go keeps the module sigs.k8s.io/kind, fetched and checked against go.sum if it was not there. */
async function kindModule({ signal, ...options }: MakeNodeImage & { readonly cacheDir: string }): Promise<string> {
  const go = await goToolchain({ ...options, signal });
  const { stdout } = await execa(go.path, ['mod', 'download', '-json', 'sigs.k8s.io/kind'], {
    cwd: source,
    env: goEnvironment,
    cancelSignal: signal,
  });
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}
