import { createHash } from 'node:crypto';
import { glob, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Architecture } from '../image/architecture.ts';
import type { ImageFile } from '../image/image-layer.ts';
import { cachedFolder, type BuildPlace } from './cached-folder.ts';
import { contentKey } from './content-key.ts';
import type { ImageBase } from './image-base.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';
import { runTool } from './run-tool.ts';

/** glibc and what Node's program needs besides; Debian's names (packages.debian.org). */
const debianPackages = ['libc6', 'libstdc++6', 'libgcc-s1'];

/** Raise it when what the folder holds changes without a change of the lockfile. */
const layout = 1;

/**
 * Node and glibc for another architecture: Node from the npm package that the lockfile pins, checked by its hash; the libraries from Debian's
 * packages of this machine's release, checked by apt. Nothing is installed: apt works in a folder of its own.
 */
export async function foreignBase(options: {
  readonly architecture: Architecture;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}): Promise<ImageBase> {
  const { architecture, cacheDir, signal, progress } = options;
  const pinned = await pinnedNode(architecture);
  const folder = await cachedFolder(await foreignFolder(architecture, cacheDir), {
    signal,
    progress,
    build: async (place) => {
      progress('images', `fetching Node.js and glibc for ${architecture.name}: 60 MB, once`);
      await fetchNode(pinned, place, signal);
      await fetchLibraries(architecture, place, signal);
    },
  });
  return { architecture, node: join(folder, 'node'), libraries: await librariesIn(folder, architecture) };
}

/** Where it is, once fetched. */
export async function foreignFolder(architecture: Architecture, cacheDir: string): Promise<string> {
  const { integrity } = await pinnedNode(architecture);
  const key = await contentKey('/', ['etc/debian_version'], [String(layout), integrity, ...debianPackages]);
  return join(cacheDir, 'foreign', `${architecture.name}-${key}`);
}

/** Names and versions of the Debian packages in a foreign base, `libc6 2.36-9`. */
export async function foreignPackages({ node }: ImageBase): Promise<readonly string[]> {
  const text = await readFile(join(node, '../debian-packages'), 'utf8');
  return text.split('\n').filter((line) => line !== '');
}

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

async function pinnedNode({ node }: Architecture) {
  const lock = lockSchema.parse(JSON.parse(await readFile(join(projectRoot, 'package-lock.json'), 'utf8')));
  const name = `node-linux-${node}`;
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined) throw new Error(`package-lock.json pins no ${name}`);
  return { name, version, integrity };
}

async function fetchNode(
  { name, version, integrity }: Awaited<ReturnType<typeof pinnedNode>>,
  { into, scratch }: BuildPlace,
  signal: AbortSignal,
): Promise<void> {
  await runTool('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', scratch], { signal });
  const archive = join(scratch, `${name}-${version}.tgz`);
  const [algorithm = '', expected] = integrity.split(/-(.*)/s);
  const digest = createHash(algorithm)
    .update(await readFile(archive))
    .digest('base64');
  if (digest !== expected) throw new Error(`${name} ${version} is not what package-lock.json pins: ${digest}`);
  await runTool('tar', ['-xzf', archive, '-C', into, '--strip-components=2', 'package/bin/node'], { signal });
}

/** By apt's own means for another architecture, with lists and cache in a folder of ours; signatures are checked as ever. */
async function fetchLibraries(
  { name }: Architecture,
  { into, scratch }: BuildPlace,
  signal: AbortSignal,
): Promise<void> {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs'])
    await mkdir(join(scratch, folder), { recursive: true });
  await writeFile(join(scratch, 'status'), '');
  const settings = [
    `APT::Architecture=${name}`,
    `APT::Architectures=${name}`,
    `Dir::State::lists=${join(scratch, 'lists')}`,
    `Dir::State::status=${join(scratch, 'status')}`,
    `Dir::Cache=${join(scratch, 'cache')}`,
    // Its own user may not write into a folder of root's.
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
  ].flatMap((setting) => ['-o', setting]);
  await runTool('apt-get', [...settings, '-qq', 'update'], { signal });
  const debs = join(scratch, 'debs');
  await runTool('apt-get', [...settings, '-qq', 'download', ...debianPackages], { signal, cwd: debs });
  const versions: string[] = [];
  for await (const deb of glob('*.deb', { cwd: debs })) {
    await runTool('dpkg-deb', ['-x', join(debs, deb), join(into, 'root')], { signal });
    versions.push(await runTool('dpkg-deb', ['-f', join(debs, deb), 'Package', 'Version'], { signal }));
  }
  if (versions.length !== debianPackages.length)
    throw new Error(`apt-get gave ${versions.length} of ${debianPackages.join(', ')} for ${name}`);
  const lines = versions.map((text) => text.replace(/^Package: (\S+)\nVersion: (\S+)$/m, '$1 $2')).sort();
  await writeFile(join(into, 'debian-packages'), `${lines.join('\n')}\n`);
}

/** What programs may load by name, where Debian puts it, and glibc's loader where programs look for it. */
async function librariesIn(folder: string, { machine, loader }: Architecture): Promise<readonly ImageFile[]> {
  const root = join(folder, 'root');
  const wanted = `{,usr/}lib/${machine}-linux-gnu/{libc,libm,libdl,libpthread,librt,libresolv,libnss_files,libnss_dns,libstdc++,libgcc_s}.so.[0-9]`;
  const files: ImageFile[] = [];
  for await (const path of glob(wanted, { cwd: root }))
    files.push({ path: `/${path}`, from: await realpath(join(root, path)) });
  const loaders = glob(`{,usr/}lib/${machine}-linux-gnu/${basename(loader)}`, { cwd: root });
  for await (const path of loaders) files.push({ path: loader, from: await realpath(join(root, path)) });
  if (files.length < debianPackages.length) throw new Error(`${root} lacks glibc`);
  return files;
}
