import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { foreignPackages } from '../build/foreign-base.ts';
import type { ImageBase } from '../build/image-base.ts';
import { projectRoot } from '../build/project-root.ts';
import { ownArchitecture } from '../image/architecture.ts';

/** Something of others that is in an image. */
export interface Part {
  readonly name: string;
  readonly version: string;
  /** Package URL (github.com/package-url/purl-spec). */
  readonly purl: string;
  /** As its author wrote it, SPDX or not; null where nobody says. */
  readonly license: string | null;
}

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });

/** npm packages, by their folders below the project. */
export async function npmParts(paths: readonly string[]): Promise<readonly Part[]> {
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(join(projectRoot, path, 'package.json'), 'utf8');
      const { name, version, license } = manifestSchema.parse(JSON.parse(text));
      // The @ of a scope is written as %40; names have no other character that must be.
      return { name, version, purl: `pkg:npm/${name.replace('@', '%40')}@${version}`, license: license ?? null };
    }),
  );
}

/** What Go wrote into its programs: their modules and its own version. */
export async function goParts(go: string, programs: readonly string[], signal: AbortSignal): Promise<readonly Part[]> {
  const { stdout } = await execa(go, ['version', '-m', ...programs], { cancelSignal: signal });
  const modules = [...stdout.matchAll(/^\tdep\t(\S+)\tv(\S+)/gm)].map(([, name = '', version = '']) => ({
    name,
    version: `v${version}`,
    purl: `pkg:golang/${name}@v${version}`,
    license: null,
  }));
  const compilers = [...stdout.matchAll(/^\S+: go(\S+)$/gm)].map(([, version = '']) => ({
    name: 'Go standard library',
    version,
    purl: `pkg:golang/stdlib@${version}`,
    license: 'BSD-3-Clause',
  }));
  return [...modules, ...compilers];
}

/** Node.js, by the npm package that brings it, and the Debian packages of what it loads. */
export async function baseParts(base: ImageBase, signal: AbortSignal): Promise<readonly Part[]> {
  const { node: arch, name: architecture } = base.architecture;
  const packages =
    base.architecture === ownArchitecture ? await ownPackages(base, signal) : await foreignPackages(base);
  const version = await nodeVersion(arch);
  return [
    { name: 'Node.js', version, purl: `pkg:npm/node-linux-${arch}@${version}`, license: 'MIT' },
    ...packages.map((line) => {
      const [name = '', version = ''] = line.split(' ');
      const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`;
      return { name, version, purl, license: null };
    }),
  ];
}

async function nodeVersion(arch: string): Promise<string> {
  const { version } = z
    .object({ optionalDependencies: z.record(z.string(), z.string()) })
    .transform(({ optionalDependencies }) => ({ version: optionalDependencies[`node-linux-${arch}`] }))
    .parse(JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')));
  return version ?? process.version.slice(1);
}

/** dpkg knows each library by one of its paths, in /lib or in /usr/lib. */
async function ownPackages({ libraries }: ImageBase, signal: AbortSignal): Promise<readonly string[]> {
  const paths = libraries.flatMap((file) => ('from' in file ? [file.from, file.from.replace(/^\/usr\//, '/')] : []));
  const { stdout } = await execa('dpkg-query', ['-S', ...paths], { reject: false, cancelSignal: signal });
  const names = [...new Set([...stdout.matchAll(/^([a-z0-9][^\s:,]*)[^\s]*: /gm)].map(([, name = '']) => name))];
  if (names.length === 0) return [];
  const shown = await execa('dpkg-query', ['-W', '-f', '${Package} ${Version}\n', ...names], { cancelSignal: signal });
  return shown.stdout.split('\n').filter((line) => line !== '');
}
