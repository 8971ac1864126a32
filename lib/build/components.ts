import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from './cached-folder.ts';
import { contentKey } from './content-key.ts';
import { goBuild } from './go-build.ts';
import { goToolchain, type GoToolchain } from './go-toolchain.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';

const source = join(projectRoot, 'embedded');
const sources = ['**/*.go', 'go.mod', 'go.sum'];

/** The names by which the one binary `components` is called. */
export const componentNames = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'etcd',
  'containerd',
];

/** The programs that are built, each from its package. The shim stays apart: it would start every plugin linked into it. */
const packages = [
  './cmd/components',
  './cmd/coredns',
  './cmd/node-cache',
  './cmd/machine',
  'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
];

/** Without DWARF the cold build takes about a tenth less CPU time. */
export const buildFlags = [
  '-trimpath',
  '-buildvcs=false',
  '-mod=readonly',
  '-tags=no_btrfs,no_zfs,no_devmapper',
  '-gcflags=all=-dwarf=false',
];

export interface Versions {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly containerd: string;
  readonly coreDns: string;
}

/** The pinned versions of the upstream parts; `embedded/go.mod` is the one place that pins them. */
export async function componentVersions(): Promise<Versions> {
  const goMod = await readFile(join(source, 'go.mod'), 'utf8');
  const version = (module: string) => {
    const found = new RegExp(`^\\s*${module.replaceAll('.', '\\.')} (v\\S+)`, 'm').exec(goMod)?.[1];
    if (found === undefined) throw new Error(`embedded/go.mod does not require ${module}`);
    return found;
  };
  return {
    kubernetes: version('k8s.io/kubernetes'),
    etcd: version('go.etcd.io/etcd/server/v3'),
    containerd: version('github.com/containerd/containerd/v2'),
    coreDns: version('github.com/coredns/coredns'),
  };
}

/**
 * Builds the embedded cluster's programs into the cache, and returns their folder. A cold build takes 700 to 900 CPU-seconds and fetches
 * about 1 GB of modules; interrupted, the next one goes on from the compiler's cache.
 */
export async function buildComponents(cacheDir: string, signal: AbortSignal, progress: Progress): Promise<string> {
  const go = await goToolchain({ cacheDir, signal, progress });
  const versions = await componentVersions();
  return cachedFolder(await componentsFolder(cacheDir, go), {
    signal,
    progress,
    build: async (place) => {
      progress(
        'components',
        `building Kubernetes ${versions.kubernetes}, etcd, containerd and CoreDNS with ${go.version}: about 6 minutes on two free cores, once; fetches up to 1 GB of Go modules and takes 4 GB of disk`,
      );
      await goBuild({
        go,
        cwd: source,
        flags: buildFlags,
        linkerFlags: linkerFlags(versions),
        packages,
        cacheDir,
        place,
        signal,
        progress,
        step: 'components',
      });
      await Promise.all(componentNames.map((name) => symlink('components', join(place.into, name))));
    },
  });
}

/** A hash of the sources, whatever Go builds them. */
export async function componentsSource(): Promise<string> {
  return contentKey(source, sources, [...buildFlags, ...packages]);
}

/** Where the programs are, once built: their name is a hash of all that goes into them. */
export async function componentsFolder(cacheDir: string, go: GoToolchain): Promise<string> {
  const key = await contentKey(source, sources, [go.version, ...buildFlags, ...packages]);
  return join(cacheDir, 'programs', key);
}

/** Without these Kubernetes would call itself v0.0.0. */
export function linkerFlags({ kubernetes, containerd }: Versions): string {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(kubernetes) ?? [];
  const version = 'k8s.io/component-base/version';
  return [
    '-s -w',
    `-X ${version}.gitVersion=${kubernetes} -X ${version}.gitMajor=${String(major)} -X ${version}.gitMinor=${String(minor)}`,
    `-X github.com/containerd/containerd/v2/version.Version=${containerd}`,
  ].join(' ');
}
