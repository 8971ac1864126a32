import { glob, realpath } from 'node:fs/promises';
import type { ImageFile } from './image-layer.ts';
import { sharedLibraries } from './shared-libraries.ts';

/** node-cache with the tools that it calls, and for the init container that makes the link `ip` and a shell. */
export async function nodeCacheImageFiles(binary: string): Promise<readonly ImageFile[]> {
  return [{ path: '/node-cache', from: binary, mode: 0o755 }, ...(await iptablesFiles())];
}

/**
 * iptables (the nft variant, as upstream's images have it too), its match and target modules, `ip` and a shell: all from this machine's Debian
 * packages iptables, iproute2 and busybox-static.
 */
export async function iptablesFiles(): Promise<readonly ImageFile[]> {
  const iptables = '/usr/sbin/xtables-nft-multi';
  const ip = await realpath('/sbin/ip');
  const modules: ImageFile[] = [];
  for await (const path of glob('/usr/lib/*-linux-gnu/xtables/*.so'))
    modules.push({ path, from: await realpath(path) });
  if (modules.length === 0)
    throw new Error('/usr/lib/*-linux-gnu/xtables has no modules: is the package iptables installed?');
  return [
    { path: iptables, from: iptables, mode: 0o755 },
    ...['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save'].map((name) => ({
      path: `/usr/sbin/${name}`,
      linkTo: 'xtables-nft-multi',
    })),
    { path: '/usr/sbin/ip', from: ip, mode: 0o755 },
    { path: '/usr/bin/busybox', from: '/bin/busybox', mode: 0o755 },
    { path: '/usr/bin/sh', linkTo: 'busybox' },
    ...usrLinks,
    ...usrMerged([...(await sharedLibraries(iptables)), ...(await sharedLibraries(ip)), ...modules]),
    { path: '/etc/passwd', text: 'root:x:0:0:root:/:/bin/sh\n' },
    { path: '/tmp', folder: true, mode: 0o1777 },
    { path: '/run', folder: true },
  ];
}

const inUsr = ['bin', 'sbin', 'lib', 'lib64'] as const;

/** /bin, /sbin, /lib and /lib64 as Debian has them: symlinks into /usr. */
export const usrLinks: readonly ImageFile[] = inUsr.map((name) => ({ path: `/${name}`, linkTo: `usr/${name}` }));

/** What they lead to, for an image that may have nothing there. */
export const usrFolders: readonly ImageFile[] = inUsr.map((name) => ({ path: `/usr/${name}`, folder: true }));

/** /lib/… is written as /usr/lib/…, since the image's /lib is a symlink. */
export function usrMerged(files: readonly ImageFile[]): readonly ImageFile[] {
  return files.map((file) => (/^\/lib(64)?\//.test(file.path) ? { ...file, path: `/usr${file.path}` } : file));
}
