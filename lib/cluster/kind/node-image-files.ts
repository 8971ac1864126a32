import { glob, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { componentNames } from '../../build/components.ts';
import type { ImageFile } from '../../image/image-layer.ts';
import { iptablesFiles, usrMerged } from '../../image/node-cache-image.ts';
import { sharedLibraries } from '../../image/shared-libraries.ts';

/**
 * One image for all that kubeadm starts as pods, but for CoreDNS and pause: the components are one program, and a layer of its own for each
 * would be five times 170 MB. kube-proxy calls iptables and nft, which come from this machine's packages.
 */
export async function componentsImageFiles(programs: string): Promise<readonly ImageFile[]> {
  const nft = await realpath('/usr/sbin/nft');
  return [
    { path: '/usr/local/bin/components', from: join(programs, 'components'), mode: 0o755 },
    ...componentNames.map((name) => ({ path: `/usr/local/bin/${name}`, linkTo: 'components' })),
    ...(await iptablesFiles()),
    { path: '/usr/sbin/ip6tables-restore', linkTo: 'xtables-nft-multi' },
    { path: '/usr/sbin/nft', from: nft, mode: 0o755 },
    ...usrMerged([...(await sharedLibraries(nft)), ...(await balancingLibraries())]),
  ];
}

/** kube-proxy chooses among endpoints with `-m statistic`, whose module needs libm: without it no rule at all is set once a service has two. */
async function balancingLibraries(): Promise<readonly ImageFile[]> {
  const files: ImageFile[] = [];
  for await (const path of glob('/usr/lib/*-linux-gnu/xtables/libxt_statistic.so'))
    files.push(...(await sharedLibraries(path)));
  return files;
}

/** Where the components' image looks for programs: kubeadm's manifests name them without a path. */
export const componentsPath = '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
