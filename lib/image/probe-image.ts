import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageFile } from './image-layer.ts';
import { usrFolders, usrLinks, usrMerged } from './node-cache-image.ts';
import { sharedLibraries } from './shared-libraries.ts';

/**
 * The one image of all probes and the node agent, from what `buildProbePrograms` left in `programs`. Its C library is this
 * machine's, so the glibc probes resolve as programs of this machine do; an image for another architecture brings its own.
 */
export async function probeImageFiles(
  programs: string,
  foreignLibraries?: readonly ImageFile[],
): Promise<readonly ImageFile[]> {
  const executables = ['probe-glibc', 'probe-musl', 'probe-go', 'probe-wire', 'agent'];
  return [
    ...executables.map((name) => ({ path: `/${name}`, from: join(programs, name), mode: 0o755 })),
    { path: '/usr/bin/node', from: join(programs, 'node'), mode: 0o755 },
    ...(await scripts(join(programs, 'scripts'))),
    ...usrLinks,
    ...usrFolders,
    ...usrMerged(foreignLibraries ?? (await ownLibraries(join(programs, 'node')))),
    { path: '/etc/passwd', text: 'root:x:0:0:root:/:/agent\n' },
    // As on Debian and in images made from it: /etc/hosts first, then DNS. musl and Go look at this order too, or keep it anyway.
    { path: '/etc/nsswitch.conf', text: 'hosts: files dns\n' },
    { path: '/tmp', folder: true, mode: 0o1777 },
  ];
}

async function scripts(folder: string): Promise<readonly ImageFile[]> {
  const files: ImageFile[] = [];
  for await (const path of glob('**/*', { cwd: folder })) {
    if ((await stat(join(folder, path))).isFile())
      files.push({ path: `/probe/${path}`, from: join(folder, path), mode: 0o644 });
  }
  return files;
}

/** What a program of this machine loads, and may load when it looks up a name. */
export async function ownLibraries(program: string): Promise<readonly ImageFile[]> {
  return [...(await sharedLibraries(program)), ...(await nameServiceLibraries())];
}

/** What glibc before 2.34 loads at the first lookup, so that ldd does not name it; from 2.34 on it is inside libc.so.6. */
async function nameServiceLibraries(): Promise<readonly ImageFile[]> {
  const files: ImageFile[] = [];
  for await (const path of glob('/lib/*-linux-gnu/{libnss_files.so.2,libnss_dns.so.2,libresolv.so.2}'))
    files.push({ path, from: path });
  return files;
}
