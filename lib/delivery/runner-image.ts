import { glob, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../build/project-root.ts';
import type { ImageContent } from '../image/image-parts.ts';
import type { ImageFile } from '../image/image-layer.ts';
import { usrFolders, usrLinks, usrMerged } from '../image/node-cache-image.ts';

/** What the suite runs from; probes and embedded cluster are built elsewhere. */
const sources = [
  'package.json',
  'tsconfig.json',
  'playwright.config.ts',
  'drill.config.ts',
  'LICENSE',
  '{experiments,fixtures,lib}/**/*',
];

/** Of the packages, what only editors and debuggers read. */
const needless = /\.d\.[cm]?ts$|\.map$/;

/**
 * The suite itself with Node, for a pod that runs it (deploy/cronjob.yaml): `playwright` is its entrypoint. It needs no root, writes to /app/results
 * and /tmp alone, and has no shell.
 */
export async function runnerImage(
  node: string,
  libraries: readonly ImageFile[],
  packages: readonly string[],
): Promise<Pick<ImageContent, 'files' | 'entrypoint' | 'env' | 'workingDir' | 'user'>> {
  return {
    files: [
      { path: '/usr/bin/node', from: node, mode: 0o755 },
      ...usrLinks,
      ...usrFolders,
      ...usrMerged(libraries),
      { path: '/etc/passwd', text: `root:x:0:0:root:/:/none\nrunner:x:${user}:${user}:runner:/tmp:/none\n` },
      { path: '/etc/nsswitch.conf', text: 'hosts: files dns\n' },
      { path: '/tmp', folder: true, mode: 0o1777 },
      // A volume is mounted here; without one the results end with the pod.
      { path: '/app/results', folder: true, mode: 0o1777 },
      ...(await filesOf(sources)),
      ...(await filesOf(packages.map((path) => `${path}/**/*`))),
    ],
    entrypoint: ['node', '/app/node_modules/@playwright/test/cli.js'],
    env: { HOME: '/tmp' },
    workingDir: '/app',
    user,
  };
}

/** distroless images' `nonroot`, as deploy/cronjob.yaml has it too. */
const user = '65532';

/** Paths, below the project, of the packages that the suite needs at run time, as npm knows them. */
export async function runtimePackages(signal: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await execa('npm', ['ls', '--omit=dev', '--omit=optional', '--all', '--parseable'], {
    cwd: projectRoot,
    cancelSignal: signal,
    // It fails over packages of other platforms, which are not there.
    reject: false,
  });
  const paths = stdout
    .split('\n')
    .map((line) => relative(projectRoot, line))
    .filter((path) => path.startsWith('node_modules/') && !path.startsWith('node_modules/node-linux-'));
  if (!paths.includes('node_modules/@playwright/test'))
    throw new Error('npm ls does not name the packages of this project: run npm ci');
  return paths;
}

async function filesOf(patterns: readonly string[]): Promise<readonly ImageFile[]> {
  const files: ImageFile[] = [];
  for (const pattern of patterns)
    for await (const path of glob(pattern, { cwd: projectRoot })) {
      const from = join(projectRoot, path);
      if (!needless.test(path) && (await stat(from)).isFile()) files.push({ path: `/app/${path}`, from });
    }
  return files;
}
