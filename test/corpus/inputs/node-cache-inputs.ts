import { chmod, copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { writeImageArchive } from '../../../lib/image/image-archive.ts';
import type { BadInput } from '../bad-input.ts';

/** Programs and images that are to be node-cache and can't. */
export const nodeCacheInputs: readonly BadInput[] = [
  binary('a node-cache that is not there', async () => Promise.resolve(), ['is not there']),
  binary(
    'a folder as node-cache',
    async (path) => {
      await mkdir(path);
    },
    ['is not a file'],
  ),
  binary(
    'a node-cache that is not executable',
    async (path) => {
      await copyFile(process.execPath, path);
      await chmod(path, 0o644);
    },
    ['is not executable: chmod +x $FOLDER/thing'],
  ),
  binary('a script as node-cache', async (path) => writeFile(path, '#!/bin/sh\nexit 1\n', { mode: 0o755 }), [
    'is not a Linux program (ELF)',
  ]),
  binary(
    'a node-cache for another machine',
    async (path) => {
      await copyFile('/bin/true', path);
      await using file = await open(path, 'r+');
      // e_machine of elf.h: 22 is s390.
      await file.write(Buffer.from([22, 0]), 0, 2, 18);
    },
    ['is for another machine (ELF number 22), and this machine is', 'build it with GOARCH='],
  ),
  binary(
    'a node-cache whose libraries are not there',
    async (path) => {
      const program = (await readFile('/bin/ls')).toString('latin1').replaceAll('libc.so.6', 'libx.so.6');
      await writeFile(path, Buffer.from(program, 'latin1'), { mode: 0o755 });
    },
    ['needs libx.so.6, which this machine lacks', 'CGO_ENABLED=0'],
  ),
  binary('a program that ends at once as node-cache', async (path) => copyFile('/bin/false', path), [
    'is no node-cache',
    '-localip',
    'exit code',
  ]),
  binary('another program as node-cache', async (path) => copyFile('/bin/ls', path), [
    'is no node-cache: asked for -help it names no flag -localip',
  ]),
  image('an image that is not there', async () => Promise.resolve(), ['is not there', 'docker save']),
  image(
    'a folder as image',
    async (path) => {
      await mkdir(path);
    },
    ['is not a file'],
  ),
  image(
    'an image that is no archive',
    async (path) => writeFile(path, 'registry.k8s.io/dns/k8s-dns-node-cache:1.26.7'),
    ['is not a whole tar archive', 'docker save'],
  ),
  image(
    'an archive without an image',
    async (path) => {
      await execa('tar', ['-cf', path, '-C', '/etc', 'hostname']);
    },
    ['has no image with a name', 'manifest.json'],
  ),
  image(
    'an image for another machine',
    async (path) => {
      await writeImageArchive({
        reference: 'localhost/node-cache:1',
        files: [{ path: '/node-cache', text: '' }],
        entrypoint: ['/node-cache'],
        out: path,
        architecture: 's390x',
      });
    },
    ['is for s390x, and this machine is'],
  ),
];

function binary(name: string, make: (path: string) => Promise<unknown>, says: readonly string[]): BadInput {
  return thing('binary', name, make, says);
}

function image(name: string, make: (path: string) => Promise<unknown>, says: readonly string[]): BadInput {
  return thing('image', name, make, says);
}

function thing(
  key: 'binary' | 'image',
  name: string,
  make: (path: string) => Promise<unknown>,
  says: readonly string[],
): BadInput {
  return {
    name,
    args: () => ['cluster', 'up'],
    config: (folder) => ({ nodeLocal: { [key]: join(folder, 'thing') } }),
    prepare: async (folder) => {
      await make(join(folder, 'thing'));
    },
    says: [`nodeLocal.${key} $FOLDER/thing`, ...says],
  };
}
